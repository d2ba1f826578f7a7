using System.Text.Json;
using Migrator.Advice.Rules;

namespace Migrator.Advice.Schemas;

/// <summary>Reads the schema of an entity, a plugin or a record.</summary>
/// <param name="rules">The rules in code.</param>
/// <param name="fields">Reads the fields.</param>
internal sealed class RecordParser(RuleBook rules, FieldParser fields)
{
    private static readonly string[] UpstreamShorthands = ["algorithm", "hash_on"];

    /// <summary>Reads a schema.</summary>
    /// <param name="json">The JSON of the schema.</param>
    /// <param name="path">Its path, such as <c>plugins/cors.config</c>.</param>
    /// <param name="basis">The schema that this one specializes: its fields are replaced, its checks run first; null for none.</param>
    public RecordSchema Parse(JsonElement json, string path, RecordSchema? basis = null)
    {
        var own = Members(json, "fields").Select(m => KeyValuePair.Create(m.Name, fields.Parse(m.Value, $"{path}.{m.Name}"))).ToList();
        var replaced = own.ToDictionary(StringComparer.Ordinal);
        var all = basis?.Fields.Select(f => KeyValuePair.Create(f.Key, replaced.GetValueOrDefault(f.Key, f.Value))).ToList() ?? own;
        var shorthands = Members(json, "shorthand_fields").Select(m => Shorthand(m, path)).ToList();
        if (!json.TryGetProperty("shorthand_fields", out _))
        {
            shorthands = KnownShorthands(path);
        }

        var bare = new RecordSchema(all, shorthands, []);
        return new RecordSchema(
            all,
            basis is null ? shorthands : basis.Shorthands,
            [.. basis?.Checks ?? [], .. Members(json, "entity_checks").Select(m => new CheckParser(rules, fields, bare, path).Parse(m))]);
    }

    private static IEnumerable<JsonProperty> Members(JsonElement json, string name) =>
        json.TryGetProperty(name, out var list) && list.ValueKind is JsonValueKind.Array
            ? list.EnumerateArray().Where(e => e.ValueKind is JsonValueKind.Object).SelectMany(e => e.EnumerateObject().Take(1))
            : [];

    // The schema endpoints leave out the shorthands of upstreams.
    private static List<ShorthandField> KnownShorthands(string path) => path == "upstreams"
        ? [.. UpstreamShorthands.Select(n => new ShorthandField(
            n, new FieldSchema { Type = FieldType.String }, IsDeprecated: false, [], Shorthands.Of($"{path}.{n}", null)))]
        : [];

    private ShorthandField Shorthand(JsonProperty member, string path)
    {
        var isDeprecated = member.Value.TryGetProperty("deprecation", out var deprecation);
        List<List<string>> replacements = isDeprecated && deprecation.TryGetProperty("replaced_with", out var list)
            ? [.. list.EnumerateArray().Select(r => r.GetProperty("path").EnumerateArray().Select(p => p.GetString()!).ToList())]
            : [];
        var fieldPath = $"{path}.{member.Name}";
        return new ShorthandField(
            member.Name,
            fields.Parse(member.Value, fieldPath),
            isDeprecated,
            replacements,
            Shorthands.Of(fieldPath, replacements.FirstOrDefault()));
    }
}
