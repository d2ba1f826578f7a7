namespace Migrations.Plugins.RateLimiting;

/// <summary>Adds an index that finds counters by service, route and period.</summary>
[KongMigration("rate-limiting", 3, "003_10_to_112", "1.1.2")]
public sealed class M003_10_to_112 : KongMigration
{
    /// <inheritdoc />
    public override void Up() => Create.Index("ratelimiting_metrics_idx").OnTable("ratelimiting_metrics")
        .OnColumn("service_id").Ascending()
        .OnColumn("route_id").Ascending()
        .OnColumn("period_date").Ascending()
        .OnColumn("period").Ascending();
}
