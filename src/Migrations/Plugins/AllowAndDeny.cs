using Migrations.Dsl;

namespace Migrations.Plugins;

/// <summary>From 2.1 on acl, bot-detection and ip-restriction call their two lists <c>allow</c> and <c>deny</c>.</summary>
internal static class AllowAndDeny
{
    /// <summary>
    /// Finish phase: renames <c>whitelist</c> and <c>blacklist</c>. Where only one of them is there, the other's new name is removed, so
    /// that rows come out as Kong's, but not without a warning.
    /// </summary>
    public static void Rename(PluginConfigs configs)
    {
        configs.WarnUnlessObject();
        WarnOfLoss(configs, from: "whitelist", other: "blacklist", to: "allow");
        WarnOfLoss(configs, from: "blacklist", other: "whitelist", to: "deny");

        // Kong: where neither old name is there, the new ones are removed all the same. But then a new gateway has made the plugin, or a
        // Kong that was killed has renamed its lists already, and without its lists the plugin lets everybody through.
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
        remedy: $"Set config.{to} again through the Admin API.");
}
