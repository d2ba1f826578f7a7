using static Migrator.Configuration.Settings.SettingDefinition;

namespace Migrator.Configuration.Settings;

/// <summary>
/// The settings of the read-write connection. Kong: the defaults of 3.9.3; for Enterprise keys, those of its documentation.
/// </summary>
internal static class PostgresKeys
{
    /// <summary>The definitions, in the order in which they are shown.</summary>
    public static readonly SettingDefinition[] All =
    [
        Text("pg_host", "127.0.0.1"),
        Number("pg_port", "5432"),
        Text("pg_user", "kong"),
        Secret("pg_password"),
        Text("pg_database", "kong"),
        Text("pg_schema"),
        Number("pg_timeout", "5000"),
        Switch("pg_ssl", "off"),
        Switch("pg_ssl_verify", "off"),
        Switch("pg_ssl_required", "off"),
        Text("pg_ssl_version", "tlsv1_2"),
        Text("pg_ssl_cert"),
        Text("pg_ssl_cert_key"),
        StrictSwitch("pg_iam_auth", "off"),
        Text("pg_iam_auth_assume_role_arn"),
        Text("pg_iam_auth_role_session_name", "KongPostgres"),
        Text("pg_iam_auth_sts_endpoint_url"),
        Number("pg_max_concurrent_queries", "0"),
        Number("pg_semaphore_timeout", "60000"),
        Number("pg_keepalive_timeout"),
        Number("pg_pool_size"),
        Number("pg_backlog"),
    ];
}

/// <summary>The settings of the read-only connection. Kong: unset by default; the connector uses the pg_* settings instead.</summary>
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
