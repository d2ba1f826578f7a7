namespace Migrations.Core;

/// <summary>Adds the status code with which a route redirects clients to HTTPS.</summary>
[KongMigration("core", 4, "004_110_to_120", "1.2.0")]
public sealed class M004_110_to_120 : KongMigration
{
    /// <inheritdoc />
    public override void Up()
    {
        Create.Column("https_redirect_status_code").OnTable("routes").AsInt32();
        Create.Index("cluster_events_expire_at_idx").OnTable("cluster_events").OnColumn("expire_at");
    }
}
