using static Migrator.Configuration.Keys.SettingDefinition;

namespace Migrator.Configuration.Keys;

/// <summary>The other token logins of Enterprise: read so that a file that uses one is refused, not misunderstood.</summary>
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
