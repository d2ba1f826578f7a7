namespace Migrations.Plugins.ResponseRateLimiting;

/// <summary>Moves the settings of Redis into the object <c>redis</c>.</summary>
[KongMigration("response-ratelimiting", 1, "001_350_to_360", "3.6.0")]
public sealed class M001_350_to_360 : TwoPhaseKongMigration
{
    /// <inheritdoc />
    public override void Up() => RedisSettings.Nest(ConfigsOf("response-ratelimiting"));

    /// <inheritdoc />
    protected override void Finish() => RedisSettings.RemoveFlat(ConfigsOf("response-ratelimiting"));
}
