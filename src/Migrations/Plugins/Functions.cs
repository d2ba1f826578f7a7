using Migrations.Dsl;

namespace Migrations.Plugins;

/// <summary>
/// From 3.0 on pre-function and post-function name their functions by the phase in which they run. What was called <c>functions</c> is
/// called <c>access</c>; between up and finish it has both names, for both gateway versions.
/// </summary>
internal static class Functions
{
    // Kong: whatever has a length in Lua, so text counts as well. The rest of a config is kept as it is.
    private const string Present =
        "jsonb_typeof(config -> 'functions') IN ('array', 'string') AND config -> 'functions' NOT IN ('[]', '\"\"')";

    /// <summary>Up phase.</summary>
    public static void CopyToAccess(PluginConfigs configs)
    {
        configs.WarnUnlessObject();
        configs.Warn(
            where: "jsonb_typeof(config -> 'functions') IN ('null', 'number', 'boolean')",
            reason: "config.functions is not a list, and was left as it is",
            remedy: "Save the plugin through the Admin API with its functions in config.access.");
        configs.Rewrite(where: Present, to: "jsonb_set(config, '{access}', config -> 'functions')");
    }

    /// <summary>Finish phase.</summary>
    public static void Remove(PluginConfigs configs)
    {
        // Kong: the same, silently. A gateway of 2.8 that is still there knows config.functions only.
        configs.Warn(
            where: $"{Present} AND config -> 'functions' IS DISTINCT FROM config -> 'access'",
            reason: "config.functions differed from config.access, and was removed",
            remedy: "Check config.access, in case an older gateway changed the plugin after up.");
        configs.Rewrite(where: Present, to: "config - 'functions'");
    }
}
