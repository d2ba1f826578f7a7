namespace Migrations.Core;

/// <summary>Adds CA certificates, client certificates of services, headers of routes, and the algorithm of upstreams.</summary>
[KongMigration("core", 5, "005_120_to_130", "1.3.0")]
public sealed class M005_120_to_130 : TwoPhaseKongMigration
{
    /// <inheritdoc />
    public override void Up()
    {
        Create.Table("ca_certificates")
            .WithColumn("id").AsGuid().PrimaryKey()
            .WithColumn("created_at").AsTimestamp().WithDefaultValue(UtcNow.Seconds)
            .WithColumn("cert").AsString().NotNullable().UniqueKey()
            .WithColumn("tags").AsTextArray();
        Triggers.SyncTags("ca_certificates");

        Create.Column("client_certificate_id").OnTable("services").AsGuid().References("certificates");
        Create.Index("services_fkey_client_certificate").OnTable("services").OnColumn("client_certificate_id");
        Create.Column("headers").OnTable("routes").AsJsonb();
        Create.Column("algorithm").OnTable("upstreams").AsString();
    }

    /// <inheritdoc />
    protected override void Finish() => Rows.Update(
        "upstreams",
        column: "algorithm",
        to: "CASE WHEN hash_on = 'none' THEN 'round-robin' ELSE 'consistent-hashing' END",
        where: "algorithm IS NULL OR algorithm = ''");
}
