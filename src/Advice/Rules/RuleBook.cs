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
    /// <param name="dictionaries">The names of shared memory besides those of every gateway; null if they are not known.</param>
    public RuleBook(bool isTraditional, TimeProvider time, IEnumerable<string>? dictionaries)
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
            ["routes.destinations[].ip"] = IpRules.IpOrCidr,
            ["routes.headers{key}"] = HeaderRules.HeaderName,
            ["routes.hosts[]"] = HostRules.RouteHost,
            ["routes.name"] = NameRules.Name,
            ["routes.paths[]"] = PathRules.RoutePath,
            ["routes.snis[]"] = HostRules.Sni,
            ["routes.sources[].ip"] = IpRules.IpOrCidr,
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
        foreach (var (path, rule) in PluginFields.All)
        {
            rules.Add(path, rule);
        }

        return rules;
    }
}
