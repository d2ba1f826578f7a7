namespace Migrations.Plugins;

/// <summary>The rename of the lists of acl, bot-detection and ip-restriction to <c>allow</c> and <c>deny</c> in 2.1.</summary>
internal static class AllowAndDeny
{
    /// <summary>Finish phase: renames <c>whitelist</c> and <c>blacklist</c>.</summary>
    /// <remarks>If only one of them exists, the new name of the other is removed, as Kong does, and a warning reports it.</remarks>
    public static void Rename(PluginConfigs configs)
    {
        configs.WarnUnlessObject();
        WarnOfLoss(configs, from: "whitelist", other: "blacklist", to: "allow");
        WarnOfLoss(configs, from: "blacklist", other: "whitelist", to: "deny");

        // Kong: the new names are removed even if neither old name exists. But in that case a new gateway created the plugin, or a Kong
        // that was killed has renamed its lists already. Without its lists the plugin lets every request through, so here they are kept.
        configs.Rewrite(
            where: "config ?| ARRAY['whitelist', 'blacklist']",
            to: """
                config - '{whitelist,blacklist,allow,deny}'::text[]
                  || CASE WHEN config ? 'whitelist' THEN jsonb_build_object('allow', config -> 'whitelist') ELSE '{}' END
                  || CASE WHEN config ? 'blacklist' THEN jsonb_build_object('deny', config -> 'blacklist') ELSE '{}' END
                """);
    }

    private static void WarnOfLoss(PluginConfigs configs, string from, string other, string to) => configs.Warn(
        where: $"config -> '{to}' NOT IN ('null', '[]') AND NOT config ? '{from}' AND config ? '{other}'",
        reason: $"config.{to} was removed, because there is no config.{from}",
        remedy: $"Set config.{to} again through the Admin API.",
        configs.Was(to));
}
