using Migrator.Advice.Values;

namespace Migrator.Advice.Rules;

/// <summary>Rules of fields that name shared memory (<c>lua_shared_dict</c>): the gateway must have it.</summary>
/// <param name="more">The names that kong.conf adds to those of Kong.</param>
internal sealed class DictionaryRules(IEnumerable<string> more)
{
    // kong/templates/nginx_kong.lua and nginx_kong_stream.lua of 3.9.3; those of Prometheus are made by its plugin.
    private static readonly string[] OfHttp =
    [
        "kong", "kong_locks", "kong_healthchecks", "kong_cluster_events", "kong_rate_limiting_counters", "kong_core_db_cache",
        "kong_core_db_cache_miss", "kong_db_cache", "kong_db_cache_miss", "kong_secrets", "prometheus_metrics",
    ];

    private readonly HashSet<string> names =
        OfHttp.Append("kong_dns_cache").Concat(OfHttp.Select(n => "stream_" + n)).Concat(more).ToHashSet(StringComparer.Ordinal);

    /// <summary>acme: the memory for certificates.</summary>
    public string? Acme(object value) => names.Contains((string)value) ? null : $"failed validating: {value}";

    /// <summary>proxy-cache: the memory for answers.</summary>
    public string? ProxyCache(KongTable entity) =>
        entity.At("config.strategy") is "memory" && entity.At("config.memory.dictionary_name") is string name && !names.Contains(name)
            ? $"missing shared dict '{name}'"
            : null;
}
