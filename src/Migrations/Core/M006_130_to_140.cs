namespace Migrations.Core;

/// <summary>Adds the host header of upstreams, and drops the trigger on cluster events: the gateway deletes expired ones itself.</summary>
[KongMigration("core", 6, "006_130_to_140", "1.4.0")]
public sealed class M006_130_to_140 : KongMigration
{
    /// <inheritdoc />
    public override void Up()
    {
        Create.Column("host_header").OnTable("upstreams").AsString();
        Triggers.Delete("delete_expired_cluster_events_trigger", "cluster_events");
        Triggers.DeleteFunction("delete_expired_cluster_events");
    }
}
