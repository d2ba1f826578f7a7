namespace Migrations.Core;

/// <summary>Adds the time of the last change, and triggers that delete expired rows.</summary>
[KongMigration("core", 19, "019_320_to_330", "3.3.0")]
public sealed class M019_320_to_330 : KongMigration
{
    private static readonly string[] Dated =
        ["plugins", "ca_certificates", "certificates", "consumers", "snis", "upstreams", "workspaces", "clustering_data_planes"];

    /// <inheritdoc />
    public override void Up()
    {
        Triggers.CreateBatchDeleteExpiredRowsFunction();
        Triggers.DeleteExpiredRows("cluster_events", by: "expire_at");
        Triggers.DeleteExpiredRows("clustering_data_planes", by: "ttl");

        foreach (var table in Dated)
        {
            Create.Column("updated_at").OnTable(table).AsTimestamp().WithDefaultValue(UtcNow.Seconds);
        }

        Create.Column("updated_at").OnTable("targets").AsTimestamp().WithDefaultValue(UtcNow.Milliseconds);
    }
}
