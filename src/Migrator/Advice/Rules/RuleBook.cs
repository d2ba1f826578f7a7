using System.Collections.Frozen;

namespace Migrator.Advice.Rules;

/// <summary>Which field has which rule. The schema endpoints of a gateway do not show the functions of its schemas.</summary>
internal sealed class RuleBook
{
    private static readonly FrozenDictionary<string, ValueRule> ValueRules = MakeValueRules().ToFrozenDictionary(StringComparer.Ordinal);

    private readonly FrozenDictionary<string, EntityRule> entityRules;
    private readonly bool isTraditional;
    private readonly DictionaryRules dictionaries;

    /// <summary>Makes the rules of a gateway.</summary>
    /// <param name="isTraditional">Whether its router is the traditional one.</param>
    /// <param name="time">The clock, for certificates.</param>
    /// <param name="dictionaries">The names of shared memory that kong.conf adds.</param>
    public RuleBook(bool isTraditional, TimeProvider time, IEnumerable<string> dictionaries)
    {
        this.isTraditional = isTraditional;
        this.dictionaries = new DictionaryRules(dictionaries);
        entityRules = new Dictionary<string, EntityRule>(StringComparer.Ordinal)
        {
            ["ca_certificates@cert"] = CertificateRules.Authority(time),
            ["certificates@cert,key"] = CertificateRules.Pair,
            ["certificates@cert_alt,key_alt"] = CertificateRules.AlternativePair,
            ["certificates@cert,cert_alt"] = CertificateRules.Alternatives,
            ["keys@jwk,pem,kid"] = KeyRules.JsonWebKey,
            ["plugins/proxy-cache@config"] = this.dictionaries.ProxyCache,
            ["plugins/aws-lambda@config.proxy_url"] = PluginRules.LambdaProxy,
            ["plugins/ai-proxy.config@route_type,model,logging"] = PluginRules.ModelStatistics,
            ["plugins/ai-request-transformer.config.llm@route_type,model,logging"] = PluginRules.ModelStatistics,
            ["plugins/ai-response-transformer.config.llm@route_type,model,logging"] = PluginRules.ModelStatistics,
        }.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>The rule for the values of a field; null if it has none.</summary>
    /// <param name="path">The path, such as <c>plugins/cors.config.origins[]</c>.</param>
    public ValueRule? ForValue(string path)
    {
        if (path.EndsWith(".tags[]", StringComparison.Ordinal) && path.Count(c => c == '.') == 1)
        {
            return NameRules.Tag;
        }

        return path switch
        {
            "routes.snis[]" when !isTraditional => HostRules.WildcardHost,
            "plugins/acme.config.storage_config.shm.shm_name" => dictionaries.Acme,
            _ => ValueRules.GetValueOrDefault(path),
        };
    }

    /// <summary>The rule of an entity check; null if there is none here.</summary>
    /// <param name="path">The path of the record.</param>
    /// <param name="sources">The fields that the check looks at.</param>
    public EntityRule? ForEntity(string path, IEnumerable<string> sources) =>
        entityRules.GetValueOrDefault($"{path}@{string.Join(',', sources)}");

    private static Dictionary<string, ValueRule> MakeValueRules()
    {
        var rules = new Dictionary<string, ValueRule>(StringComparer.Ordinal)
        {
            ["ca_certificates.cert"] = CertificateRules.Certificate,
            ["certificates.cert"] = CertificateRules.Certificate,
            ["certificates.cert_alt"] = CertificateRules.Certificate,
            ["certificates.key"] = CertificateRules.Key,
            ["certificates.key_alt"] = CertificateRules.Key,
            ["filter_chains.name"] = NameRules.Name,
            ["jwt_secrets@rsa_public_key"] = KeyRules.JwtKey,
            ["keys.pem"] = KeyRules.PemPair,
            ["oauth2_credentials.redirect_uris[]"] = UrlRules.Redirect,
            ["plugins.instance_name"] = NameRules.Name,
            ["routes.name"] = NameRules.Name,
            ["services.host"] = HostRules.Host,
            ["services.name"] = NameRules.Name,
            ["services.path"] = PathRules.Path,
            ["snis.name"] = HostRules.WildcardHost,
            ["targets.target"] = HostRules.Target,
            ["upstreams.hash_fallback_header"] = HeaderRules.HeaderName,
            ["upstreams.hash_on_cookie"] = HeaderRules.CookieName,
            ["upstreams.hash_on_cookie_path"] = PathRules.Path,
            ["upstreams.hash_on_header"] = HeaderRules.HeaderName,
            ["upstreams.healthchecks.active.headers{key}"] = HeaderRules.HeaderName,
            ["upstreams.healthchecks.active.http_path"] = PathRules.Path,
            ["upstreams.healthchecks.active.https_sni"] = HostRules.Sni,
            ["upstreams.host_header"] = HostRules.HostWithOptionalPort,
            ["upstreams.name"] = HostRules.UpstreamName,
        };
        AddRoutes(rules);
        AddPlugins(rules);
        AddTransformers(rules);
        return rules;
    }

    private static void AddRoutes(Dictionary<string, ValueRule> rules)
    {
        rules["routes.destinations[].ip"] = IpRules.IpOrCidr;
        rules["routes.headers{key}"] = HeaderRules.HeaderName;
        rules["routes.hosts[]"] = HostRules.RouteHost;
        rules["routes.paths[]"] = PathRules.RoutePath;
        rules["routes.snis[]"] = HostRules.Sni;
        rules["routes.sources[].ip"] = IpRules.IpOrCidr;
    }

    private static void AddPlugins(Dictionary<string, ValueRule> rules)
    {
        Add("acme", "api_uri", UrlRules.Absolute);
        Add("acme", "domains[]", HostRules.RouteHost);
        Add("acme", "storage_config.consul.host", HostRules.Host);
        Add("acme", "storage_config.redis.extra_options.namespace", PluginRules.AcmeNamespace);
        Add("acme", "storage_config.redis.host", HostRules.Host);
        Add("acme", "storage_config.redis.server_name", HostRules.Sni);
        Add("acme", "storage_config.vault.host", HostRules.Host);
        Add("ai-proxy", "model.options.upstream_url", UrlRules.Absolute);
        foreach (var plugin in new[] { "ai-request-transformer", "ai-response-transformer" })
        {
            Add(plugin, "http_proxy_host", HostRules.Host);
            Add(plugin, "https_proxy_host", HostRules.Host);
            Add(plugin, "llm.model.options.upstream_url", UrlRules.Absolute);
        }

        Add("aws-lambda", "aws_region", HostRules.Host);
        Add("aws-lambda", "aws_sts_endpoint_url", UrlRules.Absolute);
        Add("aws-lambda", "host", HostRules.Host);
        Add("aws-lambda", "proxy_url", UrlRules.Absolute);
        Add("cors", "origins[]", RegexRules.Origin);
        Add("datadog", "host", HostRules.Host);
        Add("http-log", "headers{key}", HeaderRules.HeaderName);
        Add("http-log", "http_endpoint", UrlRules.Absolute);
        rules["plugins/http-log.config"] = PluginRules.HttpLog;
        Add("ip-restriction", "allow[]", IpRules.IpOrCidr);
        Add("ip-restriction", "deny[]", IpRules.IpOrCidr);
        Add("key-auth", "key_names[]", HeaderRules.HeaderName);
        Add("ldap-auth", "ldap_host", HostRules.Host);
        Add("loggly", "host", HostRules.Host);
        rules["plugins/oauth2.config"] = PluginRules.OAuth2;
        Add("opentelemetry", "endpoint", UrlRules.Absolute);
        Add("opentelemetry", "headers{key}", HeaderRules.HeaderName);
        Add("opentelemetry", "logs_endpoint", UrlRules.Absolute);
        Add("opentelemetry", "propagation.clear[]", HeaderRules.HeaderName);
        Add("opentelemetry", "traces_endpoint", UrlRules.Absolute);
        rules["plugins/rate-limiting.config"] = RateLimitRules.RateLimiting;
        Add("rate-limiting", "header_name", HeaderRules.HeaderName);
        Add("rate-limiting", "path", PathRules.Path);
        Add("response-ratelimiting", "limits{value}", RateLimitRules.ResponseLimit);
        foreach (var plugin in new[] { "rate-limiting", "response-ratelimiting" })
        {
            Add(plugin, "redis.host", HostRules.Host);
            Add(plugin, "redis.server_name", HostRules.Sni);
        }

        AddMorePlugins(rules);

        void Add(string plugin, string field, ValueRule rule) => rules[$"plugins/{plugin}.config.{field}"] = rule;
    }

    private static void AddMorePlugins(Dictionary<string, ValueRule> rules)
    {
        Add("redirect", "location", UrlRules.Absolute);
        rules["plugins/request-termination.config"] = PluginRules.RequestTermination;
        Add("request-termination", "trigger", HeaderRules.HeaderName);
        Add("statsd", "host", HostRules.Host);
        Add("tcp-log", "host", HostRules.Host);
        Add("udp-log", "host", HostRules.Host);
        Add("zipkin", "http_endpoint", UrlRules.Absolute);
        Add("zipkin", "propagation.clear[]", HeaderRules.HeaderName);
        Add("zipkin", "static_tags", PluginRules.ZipkinTags);

        foreach (var plugin in new[] { "file-log", "http-log", "loggly", "syslog", "tcp-log", "udp-log" })
        {
            Add(plugin, "custom_fields_by_lua{value}", LuaCodeRules.CustomField);
        }

        foreach (var plugin in new[] { "pre-function", "post-function" })
        {
            foreach (var phase in new[] { "certificate", "rewrite", "access", "header_filter", "body_filter", "log" })
            {
                Add(plugin, phase + "[]", LuaCodeRules.Function(plugin));
            }
        }

        void Add(string plugin, string field, ValueRule rule) => rules[$"plugins/{plugin}.config.{field}"] = rule;
    }

    private static void AddTransformers(Dictionary<string, ValueRule> rules)
    {
        const string request = "plugins/request-transformer.config.";
        rules[request + "remove.headers[]"] = TransformerRules.Header;
        foreach (var action in new[] { "add", "append", "rename", "replace" })
        {
            rules[$"{request}{action}.body[]"] = TransformerRules.Value;
            rules[$"{request}{action}.querystring[]"] = TransformerRules.Value;
            rules[$"{request}{action}.headers[]"] = action == "rename" ? TransformerRules.HeaderPair : TransformerRules.Header;
        }

        rules["plugins/response-transformer.config.rename.headers[]"] = TransformerRules.HeaderPair;
    }
}
