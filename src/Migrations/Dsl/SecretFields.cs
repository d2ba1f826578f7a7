namespace Migrations.Dsl;

/// <summary>The fields of plugin configs that may hold a secret. A warning shows asterisks instead of their values.</summary>
/// <remarks>
/// Source: the schemas of Kong 3.9.3. A field counts if its schema says <c>referenceable</c> (it may refer to a vault) or <c>encrypted</c>,
/// and an older name counts if such a field replaced it. Only the plugins whose rows a migration warns of are listed.
/// </remarks>
public static class SecretFields
{
    private static readonly IReadOnlyList<string> OfRedis = ["redis.username", "redis.password", "redis_username", "redis_password"];

    private static readonly Dictionary<string, IReadOnlyList<string>> Known = new(StringComparer.Ordinal)
    {
        ["acl"] = [],
        ["acme"] =
        [
            "account_email", "eab_kid", "eab_hmac_key", "storage_config.redis.username", "storage_config.redis.password",
            "storage_config.redis.auth", "storage_config.consul.token", "storage_config.vault.token",
        ],
        ["ai-proxy"] =
        [
            "auth.header_name", "auth.header_value", "auth.param_name", "auth.param_value", "auth.gcp_service_account_json",
            "auth.aws_access_key_id", "auth.aws_secret_access_key",
        ],
        ["bot-detection"] = [],
        ["http-log"] = ["http_endpoint", "headers"],
        ["ip-restriction"] = [],
        ["opentelemetry"] = ["traces_endpoint", "logs_endpoint", "headers", "endpoint"],
        ["post-function"] = [],
        ["pre-function"] = [],
        ["rate-limiting"] = OfRedis,
        ["response-ratelimiting"] = OfRedis,
    };

    /// <summary>Whether a value may hold a secret: it is such a field, or lies in one, or contains one.</summary>
    /// <param name="plugin">The plugin's name. Of a plugin that is not listed, every value may hold a secret.</param>
    /// <param name="path">The path of the value below <c>config</c>, e.g. <c>storage_config.redis.auth</c>.</param>
    public static bool Has(string plugin, string path) =>
        !Known.TryGetValue(plugin, out var fields) || fields.Any(field => Contains(field, path) || Contains(path, field));

    private static bool Contains(string outer, string inner) =>
        inner == outer || inner.StartsWith($"{outer}.", StringComparison.Ordinal);
}
