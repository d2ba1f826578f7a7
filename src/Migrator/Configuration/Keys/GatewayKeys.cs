using static Migrator.Configuration.Keys.SettingDefinition;

namespace Migrator.Configuration.Keys;

/// <summary>The settings of the gateway itself that its migrations command looks at.</summary>
internal static class GatewayKeys
{
    /// <summary>The definitions, in the order in which they are shown.</summary>
    public static readonly SettingDefinition[] All =
    [
        Number("_debug_pg_ttl_cleanup_interval", "300"),
        Switch("anonymous_reports", "on"),
        Choice("database", "postgres", ["postgres", "cassandra", "off"]),
        Choice("log_level", "notice", ["debug", "info", "notice", "warn", "error", "crit", "alert", "emerg"]),
        Text("lua_package_cpath"),
        Text("lua_package_path", "./?.lua;./?/init.lua;"),
        Text("lua_ssl_protocols", "TLSv1.2 TLSv1.3"),
        List("lua_ssl_trusted_certificate", "system"),
        Number("lua_ssl_verify_depth", "1"),
        Text("node_id"),
        List("plugins", "bundled"),
        Text("prefix", "/usr/local/kong/"),
        Choice("role", "traditional", ["data_plane", "control_plane", "traditional"]),
        List("vaults", "bundled"),
    ];
}
