using Migrations.Dsl;

namespace Migrations.Plugins.AiProxy;

/// <summary>Statistics of Anthropic's completions, which the gateway cannot count, are switched off.</summary>
[KongMigration("ai-proxy", 1, "001_360_to_370", "3.7.0")]
public sealed class M001_360_to_370 : TwoPhaseKongMigration
{
    // Kong: everything but false counts as on, null too.
    private const string CountsCompletions =
        """config #> '{logging,log_statistics}' <> 'false' AND config @> '{"route_type": "llm/v1/completions"}'""";

    /// <inheritdoc />
    public override void Up()
    {
    }

    // Kong: a config that lacks one of the two objects ends the finish phase with an error, every time.
    /// <inheritdoc />
    protected override void Finish()
    {
        ConfigsOf("ai-proxy").Warn(
            where: "jsonb_typeof(config -> 'logging') IS DISTINCT FROM 'object'",
            reason: "config.logging is missing or not an object, and config was left as it is",
            remedy: "Set config.logging through the Admin API.");
        ConfigsOf("ai-proxy").Warn(
            where: $"{CountsCompletions} AND jsonb_typeof(config -> 'model') IS DISTINCT FROM 'object'",
            reason: "config.model is missing or not an object, and config was left as it is",
            remedy: "Set config.model through the Admin API.");

        ConfigsOf("ai-proxy").Rewrite(
            where: $$$"""{{{CountsCompletions}}} AND config @> '{"model": {"provider": "anthropic"}}'""",
            to: "jsonb_set(config, '{logging,log_statistics}', 'false')");
    }
}
