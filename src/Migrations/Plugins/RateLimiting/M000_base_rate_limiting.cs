namespace Migrations.Plugins.RateLimiting;

/// <summary>Creates the table of request counters for the policy <c>cluster</c>.</summary>
[KongMigration("rate-limiting", 0, "000_base_rate_limiting", "1.0.0")]
public sealed class M000_base_rate_limiting : KongMigration
{
    /// <inheritdoc />
    public override void Up() => Counters.CreateTable(this, "ratelimiting_metrics");
}
