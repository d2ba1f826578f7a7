namespace Migrations.Plugins.RateLimiting;

/// <summary>Adds a trigger that deletes expired counters.</summary>
[KongMigration("rate-limiting", 5, "005_320_to_330", "3.3.0")]
public sealed class M005_320_to_330 : KongMigration
{
    /// <inheritdoc />
    public override void Up() => Triggers.DeleteExpiredRows("ratelimiting_metrics", by: "ttl");
}
