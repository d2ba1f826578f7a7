using Migrator.Advice.Values;

namespace Migrator.Advice.Rules;

/// <summary>Rules of single plugins that look at several fields of their configuration.</summary>
internal static class PluginRules
{
    private static readonly string[] Flows =
        ["enable_authorization_code", "enable_implicit_grant", "enable_client_credentials", "enable_password_grant"];

    private static readonly string[] ReservedNamespaces =
        ["kong_acme:renew_config:", "kong_acme:renew_last_run", "kong_acme:cert_key:"];

    /// <summary>oauth2: one of the flows is on.</summary>
    public static string? OAuth2(object value)
    {
        var config = (KongTable)value;
        return Flows.Any(f => config[f] is not (null or false))
            ? null
            : "at least one of these fields must be true: " + string.Join(", ", Flows);
    }

    /// <summary>http-log: one login, in the URL or in a header.</summary>
    public static string? HttpLog(object value)
    {
        var config = (KongTable)value;
        return config["http_endpoint"] is string endpoint && Url.Parse(endpoint).UserInfo is not null
            && config["headers"] is KongTable headers
            && headers.Fields.Keys.Any(n => n.Equals("authorization", StringComparison.OrdinalIgnoreCase))
            ? "specifying both an 'Authorization' header and user info in 'http_endpoint' is not allowed"
            : null;
    }

    /// <summary>request-termination: a message, or a body with its type.</summary>
    public static string? RequestTermination(object value)
    {
        var config = (KongTable)value;
        var hasType = IsSet(config["content_type"]);
        var hasBody = IsSet(config["body"]);
        if (IsSet(config["message"]) && (hasType || hasBody))
        {
            return "message cannot be used with content_type or body";
        }

        if (hasType && !hasBody)
        {
            return "content_type requires a body";
        }

        return config["echo"] is not (null or false) && (hasType || hasBody) ? "echo cannot be used with content_type and body" : null;
    }

    /// <summary>zipkin: each static tag once.</summary>
    public static string? ZipkinTags(object value)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var names = ((KongTable)value).Items.OfType<KongTable>().Select(t => t["name"]).OfType<string>();
        var repeated = names.FirstOrDefault(n => !seen.Add(n));
        return repeated is null ? null : "repeated tags are not allowed: " + repeated;
    }

    /// <summary>acme: names in Redis that the plugin uses itself.</summary>
    public static string? AcmeNamespace(object value)
    {
        var reserved = ReservedNamespaces.FirstOrDefault(r => ((string)value).StartsWith(r, StringComparison.Ordinal));
        return reserved is null ? null : "namespace can't be prefixed with reserved word: " + reserved;
    }

    /// <summary>aws-lambda: a proxy is reached by http.</summary>
    public static string? LambdaProxy(KongTable entity) => entity.At("config.proxy_url") is string url
        && url.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon
        && url.AsSpan(colon).StartsWith("://") && url[..colon] != "http"
            ? "proxy_url scheme must be http"
            : null;

    /// <summary>The plugins for language models: statistics that a provider does not have.</summary>
    public static string? ModelStatistics(KongTable entity) =>
        entity.At("logging.log_statistics") is not (null or false)
        && entity["route_type"] is "llm/v1/completions" && entity.At("model.provider") is "anthropic"
            ? "anthropic does not support statistics when route_type is llm/v1/completions"
            : null;

    private static bool IsSet(object? value) => value is string { Length: > 0 };
}
