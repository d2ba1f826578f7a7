using Migrator.Advice.Values;

namespace Migrator.Advice.Rules;

/// <summary>Rules of fields that name shared memory (<c>lua_shared_dict</c>): the gateway must have it.</summary>
/// <param name="names">The names of shared memory; null if they are not known.</param>
internal sealed class DictionaryRules(IEnumerable<string>? names)
{
    /// <summary>What every gateway has: <c>kong/templates/nginx_kong.lua</c> of 3.9.3. That of streams is not seen by HTTP.</summary>
    public static readonly IReadOnlyList<string> OfKong =
    [
        "kong", "kong_locks", "kong_healthchecks", "kong_cluster_events", "kong_rate_limiting_counters", "kong_core_db_cache",
        "kong_core_db_cache_miss", "kong_db_cache", "kong_db_cache_miss", "kong_secrets",
    ];

    private readonly HashSet<string>? names = names?.Concat(OfKong).ToHashSet(StringComparer.Ordinal);

    /// <summary>acme: the memory for certificates.</summary>
    public string? Acme(object value) => IsMissing((string)value) ? $"failed validating: {value}" : null;

    /// <summary>proxy-cache: the memory for answers.</summary>
    public string? ProxyCache(KongTable entity) =>
        entity.At("config.strategy") is "memory" && entity.At("config.memory.dictionary_name") is string name && IsMissing(name)
            ? $"missing shared dict '{name}'"
            : null;

    private bool IsMissing(string name) => names?.Contains(name) is false;
}
