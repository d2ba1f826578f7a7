namespace Migrations.Plugins.RateLimiting;

/// <summary>Moves the settings of Redis into the object <c>redis</c>.</summary>
[KongMigration("rate-limiting", 6, "006_350_to_360", "3.6.0")]
public sealed class M006_350_to_360 : TwoPhaseKongMigration
{
    /// <inheritdoc />
    public override void Up() => RedisSettings.Nest(ConfigsOf("rate-limiting"));

    /// <inheritdoc />
    protected override void Finish() => RedisSettings.RemoveFlat(ConfigsOf("rate-limiting"));
}
