using System.Text.Json;
using Migrator.Advice.Rules;
using Migrator.Advice.Values;

namespace Migrator.Advice.Schemas;

/// <summary>The schemas of a gateway, embedded in the program. Each is read when it is first asked for.</summary>
internal sealed class SchemaCatalog
{
    /// <summary>The only vault of the open source gateway.</summary>
    public const string BundledVault = "env";

    private const string EnvVault =
        """
        {"fields": [{"config": {"type": "record", "required": true, "fields": [
          {"prefix": {"type": "string", "match": "^[%a_-][%a%d_-]*$"}}]}}]}
        """;

    private readonly Dictionary<string, RecordSchema?> known = new(StringComparer.Ordinal);
    private readonly JsonElement root;
    private readonly RecordParser parser;
    private readonly bool hasExpressions;

    /// <summary>Opens the schemas.</summary>
    /// <param name="version">The version of the gateway, such as 3.9.3.</param>
    /// <param name="rules">The rules in code.</param>
    /// <param name="hasExpressions">Whether the router is the one of expressions.</param>
    public SchemaCatalog(string version, RuleBook rules, bool hasExpressions)
    {
        root = Load(version);
        parser = new RecordParser(rules, new FieldParser(rules));
        this.hasExpressions = hasExpressions;
    }

    /// <summary>The names of the plugins that come with the gateway.</summary>
    public IEnumerable<string> Plugins => root.GetProperty("plugins").EnumerateObject().Select(p => p.Name);

    /// <summary>The schema of an entity; null if the gateway has no such entity.</summary>
    public RecordSchema? Entity(string name) => Get(name, () =>
    {
        if (!root.GetProperty("entities").TryGetProperty(name, out var json))
        {
            return null;
        }

        var schema = parser.Parse(json, name);
        return name == "routes" && hasExpressions ? WithExpressions(schema) : schema;
    });

    /// <summary>The schema of plugins with a name; null if no plugin of that name comes with the gateway.</summary>
    public RecordSchema? Plugin(string name) => Get("plugins/" + name, () => root.GetProperty("plugins").TryGetProperty(name, out var json)
        ? parser.Parse(json, "plugins/" + name, Entity("plugins"))
        : null);

    /// <summary>The schema of vaults with a name; null if no vault of that name comes with the gateway.</summary>
    public RecordSchema? Vault(string name) =>
        name == BundledVault ? Get("vaults/env", () => Specialize("vaults/env", EnvVault, "vaults")) : null;

    /// <summary>The schema of routes with some protocols; null if none of them is known. The first that is known decides.</summary>
    public RecordSchema? Route(KongTable protocols) =>
        protocols.Items.OfType<string>().Select(Route).FirstOrDefault(s => s is not null);

    private RecordSchema? Route(string protocol) => RouteSchemas.For(protocol, hasExpressions) is { } json
        ? Get("routes/" + protocol, () => Specialize("routes/" + protocol, json, "routes"))
        : null;

    private RecordSchema Specialize(string path, string json, string basis)
    {
        using var document = JsonDocument.Parse(json);
        return parser.Parse(document.RootElement, path, Entity(basis));
    }

    private RecordSchema? Get(string key, Func<RecordSchema?> make)
    {
        if (!known.TryGetValue(key, out var schema))
        {
            schema = make();
            known[key] = schema;
        }

        return schema;
    }

    private RecordSchema WithExpressions(RecordSchema routes)
    {
        using var document = JsonDocument.Parse(RouteSchemas.Expressions);
        var more = parser.Parse(document.RootElement, "routes");
        return new RecordSchema([.. routes.Fields, .. more.Fields], routes.Shorthands, routes.Checks);
    }

    private static JsonElement Load(string version)
    {
        var name = version + ".json";
        using var resource = typeof(SchemaCatalog).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not in the program.");
        using var document = JsonDocument.Parse(resource);
        return document.RootElement.Clone();
    }
}
