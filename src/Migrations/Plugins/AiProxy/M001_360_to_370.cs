namespace Migrations.Plugins.AiProxy;

/// <summary>Statistics of Anthropic's completions, which the gateway cannot take, are switched off.</summary>
[KongMigration(1, "001_360_to_370", "3.7.0")]
public sealed class M001_360_to_370 : TwoPhaseKongMigration
{
    /// <inheritdoc />
    public override void Up()
    {
    }

    /// <inheritdoc />
    protected override void Finish() => Statistics.SwitchOff(Rows);
}
