using System.Data;

namespace Migrations.Core;

/// <summary>Adds workspaces, and digests of CA certificates.</summary>
[KongMigration("core", 9, "009_200_to_210", "2.1.0")]
public sealed class M009_200_to_210 : TwoPhaseKongMigration
{
    private static readonly string[] InWorkspaces =
        ["upstreams", "targets", "consumers", "certificates", "snis", "services", "routes", "plugins"];

    /// <inheritdoc />
    public override void Up()
    {
        CreateWorkspaces();
        AddColumns();

        foreach (var table in InWorkspaces)
        {
            Workspaces.AddTo(table);
        }

        Workspaces.MakeUniqueWithin("upstreams", "name");
        Workspaces.MakeUniqueWithin("consumers", "username");
        Workspaces.MakeUniqueWithin("consumers", "custom_id");
        Workspaces.MakeUniqueWithin("services", "name");
        Workspaces.MakeUniqueWithin("routes", "name");

        Workspaces.ReferWithin("targets", "upstream_id", "upstreams", Rule.Cascade);
        Workspaces.ReferWithin("snis", "certificate_id", "certificates");
        Workspaces.ReferWithin("services", "client_certificate_id", "certificates");
        Workspaces.ReferWithin("routes", "service_id", "services");
        Workspaces.ReferWithin("plugins", "route_id", "routes", Rule.Cascade);
        Workspaces.ReferWithin("plugins", "service_id", "services", Rule.Cascade);
        Workspaces.ReferWithin("plugins", "consumer_id", "consumers", Rule.Cascade);
    }

    /// <inheritdoc />
    protected override void Finish()
    {
        Workspaces.CompleteCacheKeys("plugins");
        foreach (var table in InWorkspaces)
        {
            Workspaces.DropDefault(table);
        }

        Rows.Rewrite("ca_certificates", where: "TRUE", CertificateDigests.Rewrite(Names), CertificateDigests.Check(Names));
        Columns.SetNotNull("ca_certificates", "cert_digest");
    }

    private void CreateWorkspaces()
    {
        Create.Table("workspaces")
            .WithColumn("id").AsGuid().PrimaryKey()
            .WithColumn("name").AsString().UniqueKey()
            .WithColumn("comment").AsString()
            .WithColumn("created_at").AsTimestamp().WithDefaultValue(UtcNow.Seconds)
            .WithColumn("meta").AsJsonb()
            .WithColumn("config").AsJsonb();
        Insert.IntoTable("workspaces").Row(new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["id"] = Guid.NewGuid(),
            ["name"] = "default",
        });
    }

    private void AddColumns()
    {
        Create.Column("tls_verify").OnTable("services").AsBoolean();
        Create.Column("tls_verify_depth").OnTable("services").AsInt16();
        Create.Column("ca_certificates").OnTable("services").AsUuidArray();

        Create.Column("client_certificate_id").OnTable("upstreams").AsGuid().References("certificates");
        Create.Index("upstreams_fkey_client_certificate").OnTable("upstreams").OnColumn("client_certificate_id");

        Create.Column("cert_digest").OnTable("ca_certificates").AsString().UniqueKey();
        Delete.UniqueConstraint("ca_certificates_cert_key").FromTable("ca_certificates");
    }
}
