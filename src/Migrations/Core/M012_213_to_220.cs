namespace Migrations.Core;

/// <summary>Adds the table of data planes that report to their control plane, and buffering settings of routes.</summary>
[KongMigration("core", 12, "012_213_to_220", "2.2.0")]
public sealed class M012_213_to_220 : TwoPhaseKongMigration
{
    /// <inheritdoc />
    public override void Up()
    {
        Create.Table("clustering_data_planes")
            .WithColumn("id").AsGuid().PrimaryKey()
            .WithColumn("hostname").AsString().NotNullable()
            .WithColumn("ip").AsString().NotNullable()
            .WithColumn("last_seen").AsTimestamp().WithDefaultValue(UtcNow.Seconds)
            .WithColumn("config_hash").AsString().NotNullable()
            .WithColumn("ttl").AsTimestamp();
        Create.Index("clustering_data_planes_ttl_idx").OnTable("clustering_data_planes").OnColumn("ttl");

        Create.Column("request_buffering").OnTable("routes").AsBoolean();
        Create.Column("response_buffering").OnTable("routes").AsBoolean();
    }

    /// <inheritdoc />
    protected override void Finish() => Rows.Delete("targets", Targets.IsOlderDuplicate(Names));
}
