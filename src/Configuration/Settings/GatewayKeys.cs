using static Migrator.Configuration.Settings.SettingDefinition;

namespace Migrator.Configuration.Settings;

/// <summary>The settings of the gateway itself that its migrations command reads.</summary>
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
        Text("router_flavor", "traditional_compatible"),
        Choice("role", "traditional", ["data_plane", "control_plane", "traditional"]),
        List("vaults", "bundled"),
    ];
}

/// <summary>The settings of other token logins of Kong Enterprise. They are read so that a file that uses one is refused.</summary>
internal static class TokenKeys
{
    /// <summary>The definitions, in the order in which they are shown.</summary>
    public static readonly SettingDefinition[] All =
    [
        Switch("pg_azure_auth", "off"),
        Text("pg_azure_client_id"),
        Secret("pg_azure_client_secret"),
        Text("pg_azure_tenant_id"),
        Switch("pg_gcp_auth", "off"),
        Secret("pg_gcp_service_account_json"),
        Text("pg_oauth_audience"),
        Switch("pg_oauth_auth", "off"),
        Text("pg_oauth_client_id"),
        Secret("pg_oauth_client_secret"),
        Text("pg_oauth_discovery_endpoint"),
        Text("pg_oauth_grant_type", "client_credentials"),
        Secret("pg_oauth_password"),
        Text("pg_oauth_resource"),
        Text("pg_oauth_scope"),
        Text("pg_oauth_token_endpoint"),
        Text("pg_oauth_token_endpoint_auth_method", "client_secret_basic"),
        Text("pg_oauth_username"),
        Switch("pg_ro_azure_auth"),
        Text("pg_ro_azure_client_id"),
        Secret("pg_ro_azure_client_secret"),
        Text("pg_ro_azure_tenant_id"),
        Switch("pg_ro_gcp_auth"),
        Secret("pg_ro_gcp_service_account_json"),
        Text("pg_ro_oauth_audience"),
        Switch("pg_ro_oauth_auth"),
        Text("pg_ro_oauth_client_id"),
        Secret("pg_ro_oauth_client_secret"),
        Text("pg_ro_oauth_discovery_endpoint"),
        Text("pg_ro_oauth_grant_type"),
        Secret("pg_ro_oauth_password"),
        Text("pg_ro_oauth_resource"),
        Text("pg_ro_oauth_scope"),
        Text("pg_ro_oauth_token_endpoint"),
        Text("pg_ro_oauth_token_endpoint_auth_method"),
        Text("pg_ro_oauth_username"),
    ];
}
