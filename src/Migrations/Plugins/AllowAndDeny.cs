using Migrations.Dsl;

namespace Migrations.Plugins;

/// <summary>From 2.1 on acl, bot-detection and ip-restriction call their two lists <c>allow</c> and <c>deny</c>.</summary>
internal static class AllowAndDeny
{
    /// <summary>
    /// Finish phase: renames <c>whitelist</c> and <c>blacklist</c>. Kong: where the old name is absent, the new one is removed. That is
    /// done here as well, so that rows come out as Kong's, but not without a warning.
    /// </summary>
    public static void Rename(PluginConfigs configs)
    {
        configs.WarnUnlessObject();
        WarnOfLoss(configs, from: "whitelist", to: "allow");
        WarnOfLoss(configs, from: "blacklist", to: "deny");
        configs.Rewrite(
            where: "config ?| ARRAY['whitelist', 'blacklist', 'allow', 'deny']",
            to: """
                config - '{whitelist,blacklist,allow,deny}'::text[]
                  || CASE WHEN config ? 'whitelist' THEN jsonb_build_object('allow', config -> 'whitelist') ELSE '{}' END
                  || CASE WHEN config ? 'blacklist' THEN jsonb_build_object('deny', config -> 'blacklist') ELSE '{}' END
                """);
    }

    private static void WarnOfLoss(PluginConfigs configs, string from, string to) => configs.Warn(
        where: $"config -> '{to}' NOT IN ('null', '[]') AND NOT config ? '{from}'",
        reason: $"config.{to} was removed, because there is no config.{from}",
        remedy: $"Set config.{to} again through the Admin API.");
}
