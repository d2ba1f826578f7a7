using System.Collections.Frozen;
using Migrator.Advice.Values;

namespace Migrator.Advice.Rules;

/// <summary>Fields of an older form that Kong turns into others when it reads a row.</summary>
internal static class Shorthands
{
    private static readonly FrozenDictionary<string, Shorthand> All = new Dictionary<string, Shorthand>(StringComparer.Ordinal)
    {
        ["upstreams.algorithm"] = Algorithm,
        ["upstreams.hash_on"] = HashOn,
        ["plugins/opentelemetry.config.endpoint"] = v => Member("traces_endpoint", v),
        ["plugins/session.config.cookie_lifetime"] = v => Member("rolling_timeout", v),
        ["plugins/session.config.cookie_idletime"] = v => Member("idling_timeout", v is Null ? 0d : v),
        ["plugins/session.config.cookie_renew"] = _ => null,
        ["plugins/session.config.cookie_discard"] = v => Member("stale_ttl", v),
        ["plugins/session.config.cookie_samesite"] = v => Member("cookie_same_site", v is "off" ? "Lax" : v),
        ["plugins/session.config.cookie_httponly"] = v => Member("cookie_http_only", v),
        ["plugins/session.config.cookie_persistent"] = v => Member("remember", v),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The function of a field.</summary>
    /// <param name="path">The path of the field, such as <c>upstreams.hash_on</c>.</param>
    /// <param name="replacement">The path of the field that replaces it, in its record; null if the schema does not name one.</param>
    public static Shorthand Of(string path, IReadOnlyList<string>? replacement) =>
        All.TryGetValue(path, out var shorthand) ? shorthand
            : replacement is { Count: > 0 } ? value => Nest(replacement, value)
            : _ => null;

    private static KongTable Algorithm(object value)
    {
        var fields = Member("algorithm", value);
        if (value is "least-connections" or "latency")
        {
            fields["hash_on"] = Null.Value;
        }

        return fields;
    }

    private static KongTable HashOn(object value)
    {
        if (value is Null)
        {
            return Member("hash_on", "none");
        }

        var fields = Member("hash_on", value);
        fields["algorithm"] = value is "none" ? "round-robin" : "consistent-hashing";
        return fields;
    }

    private static KongTable Nest(IReadOnlyList<string> path, object value)
    {
        var inner = value;
        for (var i = path.Count - 1; i > 0; i--)
        {
            inner = Member(path[i], inner);
        }

        return Member(path[0], inner);
    }

    private static KongTable Member(string name, object value) => new() { [name] = value };
}
