namespace Migrations.Plugins;

/// <summary>The rename of <c>functions</c> to <c>access</c> in the configs of pre-function and post-function.</summary>
/// <remarks>
/// From 3.0 on these plugins name their functions by the phase in which they run. Between up and finish a config has both names, so that
/// both gateway versions can read it.
/// </remarks>
internal static class Functions
{
    // Kong: any value that has a length in Lua, so text counts too. The rest of the config is kept.
    private const string Present =
        "jsonb_typeof(config -> 'functions') IN ('array', 'string') AND config -> 'functions' NOT IN ('[]', '\"\"')";

    /// <summary>Up phase: copies <c>functions</c> to <c>access</c>.</summary>
    public static void CopyToAccess(PluginConfigs configs)
    {
        configs.WarnUnlessObject();
        configs.Warn(
            where: "jsonb_typeof(config -> 'functions') IN ('null', 'number', 'boolean')",
            reason: "config.functions is not a list, and was left as it is",
            remedy: "Save the plugin through the Admin API with its functions in config.access.",
            was: configs.Was("functions"));
        configs.Rewrite(where: Present, to: "jsonb_set(config, '{access}', config -> 'functions')");
    }

    /// <summary>Finish phase: removes <c>functions</c>.</summary>
    public static void Remove(PluginConfigs configs)
    {
        // Kong: the same, silently. A gateway of 2.8 that still runs reads only config.functions.
        configs.Warn(
            where: $"{Present} AND config -> 'functions' IS DISTINCT FROM config -> 'access'",
            reason: "config.functions differed from config.access, and was removed",
            remedy: "Check config.access, in case an older gateway changed the plugin after up.",
            was: configs.Was("functions"));
        configs.Rewrite(where: Present, to: "config - 'functions'");
    }
}
