using static Migrator.Configuration.Keys.SettingDefinition;

namespace Migrator.Configuration.Keys;

/// <summary>The settings of the read-only connection. Kong: unset by default; the connector fills them in from the pg_* settings.</summary>
internal static class ReadOnlyKeys
{
    /// <summary>The definitions, in the order in which they are shown.</summary>
    public static readonly SettingDefinition[] All =
    [
        Text("pg_ro_host"),
        Number("pg_ro_port"),
        Text("pg_ro_user"),
        Secret("pg_ro_password"),
        Text("pg_ro_database"),
        Text("pg_ro_schema"),
        Number("pg_ro_timeout"),
        Switch("pg_ro_ssl"),
        Switch("pg_ro_ssl_verify"),
        Switch("pg_ro_ssl_required"),
        Text("pg_ro_ssl_version"),
        StrictSwitch("pg_ro_iam_auth"),
        Text("pg_ro_iam_auth_assume_role_arn"),
        Text("pg_ro_iam_auth_role_session_name", "KongPostgres"),
        Text("pg_ro_iam_auth_sts_endpoint_url"),
        Number("pg_ro_max_concurrent_queries"),
        Number("pg_ro_semaphore_timeout"),
        Number("pg_ro_keepalive_timeout"),
        Number("pg_ro_pool_size"),
        Number("pg_ro_backlog"),
    ];
}
