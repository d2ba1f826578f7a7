namespace Migrations.Plugins.RateLimiting;

/// <summary>Adds expiry times to counters.</summary>
[KongMigration("rate-limiting", 4, "004_200_to_210", "2.1.0")]
public sealed class M004_200_to_210 : KongMigration
{
    /// <inheritdoc />
    public override void Up()
    {
        Create.Column("ttl").OnTable("ratelimiting_metrics").AsTimestamp();
        Create.Index("ratelimiting_metrics_ttl_idx").OnTable("ratelimiting_metrics").OnColumn("ttl");
    }
}
