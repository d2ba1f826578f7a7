namespace Migrator.Advice.Rules;

/// <summary>The fields of plugins that have a rule in code, by their rules. Sources: <c>schema.lua</c> of each plugin.</summary>
internal static class PluginFields
{
    private static readonly string[] Phases = ["certificate", "rewrite", "access", "header_filter", "body_filter", "log"];

    private static readonly (ValueRule Rule, string[] Fields)[] Known =
    [
        (HeaderRules.HeaderName,
        [
            "http-log.config.headers{key}", "key-auth.config.key_names[]", "opentelemetry.config.headers{key}",
            "opentelemetry.config.propagation.clear[]", "rate-limiting.config.header_name", "request-termination.config.trigger",
            "zipkin.config.propagation.clear[]",
        ]),
        (HostRules.Host,
        [
            "acme.config.storage_config.consul.host", "acme.config.storage_config.redis.host", "acme.config.storage_config.vault.host",
            "ai-request-transformer.config.http_proxy_host", "ai-request-transformer.config.https_proxy_host",
            "ai-response-transformer.config.http_proxy_host", "ai-response-transformer.config.https_proxy_host",
            "aws-lambda.config.aws_region", "aws-lambda.config.host", "datadog.config.host", "ldap-auth.config.ldap_host",
            "loggly.config.host", "rate-limiting.config.redis.host", "response-ratelimiting.config.redis.host", "statsd.config.host",
            "tcp-log.config.host", "udp-log.config.host",
        ]),
        (HostRules.RouteHost, ["acme.config.domains[]"]),
        (HostRules.Sni,
        [
            "acme.config.storage_config.redis.server_name", "rate-limiting.config.redis.server_name",
            "response-ratelimiting.config.redis.server_name",
        ]),
        (IpRules.IpOrCidr,
        [
            "ip-restriction.config.allow[]", "ip-restriction.config.deny[]",
        ]),
        (LuaCodeRules.CustomField,
        [
            "file-log.config.custom_fields_by_lua{value}", "http-log.config.custom_fields_by_lua{value}",
            "loggly.config.custom_fields_by_lua{value}", "syslog.config.custom_fields_by_lua{value}",
            "tcp-log.config.custom_fields_by_lua{value}", "udp-log.config.custom_fields_by_lua{value}",
        ]),
        (PathRules.Path, ["rate-limiting.config.path"]),
        (PluginRules.AcmeNamespace, ["acme.config.storage_config.redis.extra_options.namespace"]),
        (PluginRules.HttpLog, ["http-log.config"]),
        (PluginRules.OAuth2, ["oauth2.config"]),
        (PluginRules.RequestTermination, ["request-termination.config"]),
        (PluginRules.ZipkinTags, ["zipkin.config.static_tags"]),
        (RateLimitRules.RateLimiting, ["rate-limiting.config"]),
        (RateLimitRules.ResponseLimit, ["response-ratelimiting.config.limits{value}"]),
        (RegexRules.Origin, ["cors.config.origins[]"]),
        (UrlRules.Absolute,
        [
            "acme.config.api_uri", "ai-proxy.config.model.options.upstream_url",
            "ai-request-transformer.config.llm.model.options.upstream_url",
            "ai-response-transformer.config.llm.model.options.upstream_url", "aws-lambda.config.aws_sts_endpoint_url",
            "aws-lambda.config.proxy_url", "http-log.config.http_endpoint", "opentelemetry.config.endpoint",
            "opentelemetry.config.logs_endpoint", "opentelemetry.config.traces_endpoint", "redirect.config.location",
            "zipkin.config.http_endpoint",
        ]),
        (TransformerRules.Header,
        [
            "request-transformer.config.add.headers[]", "request-transformer.config.append.headers[]",
            "request-transformer.config.remove.headers[]", "request-transformer.config.replace.headers[]",
        ]),
        (TransformerRules.HeaderPair, ["request-transformer.config.rename.headers[]", "response-transformer.config.rename.headers[]"]),
        (TransformerRules.Value,
        [
            "request-transformer.config.add.body[]", "request-transformer.config.add.querystring[]",
            "request-transformer.config.append.body[]", "request-transformer.config.append.querystring[]",
            "request-transformer.config.rename.body[]", "request-transformer.config.rename.querystring[]",
            "request-transformer.config.replace.body[]", "request-transformer.config.replace.querystring[]",
        ]),
        (LuaCodeRules.Function("post-function"), InPhases("post-function")),
        (LuaCodeRules.Function("pre-function"), InPhases("pre-function")),
    ];

    /// <summary>The rule of each field, by the path of the field, such as <c>plugins/cors.config.origins[]</c>.</summary>
    public static IEnumerable<(string Path, ValueRule Rule)> All =>
        Known.SelectMany(k => k.Fields.Select(path => ("plugins/" + path, k.Rule)));

    private static string[] InPhases(string plugin) => [.. Phases.Select(phase => $"{plugin}.config.{phase}[]")];
}
