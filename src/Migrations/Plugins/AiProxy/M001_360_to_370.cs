namespace Migrations.Plugins.AiProxy;

/// <summary>Turns off statistics of Anthropic's completions, which the gateway cannot count.</summary>
[KongMigration("ai-proxy", 1, "001_360_to_370", "3.7.0")]
public sealed class M001_360_to_370 : TwoPhaseKongMigration
{
    // Kong: every value except false counts as on, including null.
    private const string CountsCompletions =
        """config #> '{logging,log_statistics}' <> 'false' AND config @> '{"route_type": "llm/v1/completions"}'""";

    /// <inheritdoc />
    public override void Up()
    {
    }

    /// <inheritdoc />
    protected override void Finish()
    {
        // Kong: a config that lacks logging or model makes the finish phase fail every time.
        ConfigsOf("ai-proxy").Warn(
            where: "jsonb_typeof(config -> 'logging') IS DISTINCT FROM 'object'",
            reason: "config.logging is missing or not an object, and config was left as it is",
            remedy: "Set config.logging through the Admin API.",
            was: ConfigsOf("ai-proxy").Was("logging"));
        ConfigsOf("ai-proxy").Warn(
            where: $"{CountsCompletions} AND jsonb_typeof(config -> 'model') IS DISTINCT FROM 'object'",
            reason: "config.model is missing or not an object, and config was left as it is",
            remedy: "Set config.model through the Admin API.",
            was: ConfigsOf("ai-proxy").Was("model"));

        ConfigsOf("ai-proxy").Rewrite(
            where: $$$"""{{{CountsCompletions}}} AND config @> '{"model": {"provider": "anthropic"}}'""",
            to: "jsonb_set(config, '{logging,log_statistics}', 'false')");
    }
}
