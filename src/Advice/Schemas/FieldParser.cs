using System.Text.Json;
using Migrator.Advice.Rules;
using Migrator.Advice.Values;
using Migrator.Native;

namespace Migrator.Advice.Schemas;

/// <summary>Reads the rules of a field from the JSON of a gateway's schema endpoints.</summary>
/// <param name="rules">The rules in code.</param>
internal sealed class FieldParser(RuleBook rules)
{
    /// <summary>Reads a field.</summary>
    /// <param name="json">The JSON of the field.</param>
    /// <param name="path">The path of the field.</param>
    /// <param name="basis">The rules that apply where the JSON says nothing; null for none.</param>
    public FieldSchema Parse(JsonElement json, string path, FieldSchema? basis = null)
    {
        var field = basis ?? new FieldSchema();
        field = json.EnumerateObject().Aggregate(field, (current, property) => Apply(current, property, path));
        if (json.TryGetProperty("fields", out _))
        {
            field = field with { Record = new RecordParser(rules, this).Parse(json, path) };
        }

        return rules.ForValue(path) is { } rule ? field with { Rule = rule } : field;
    }

    private FieldSchema Apply(FieldSchema field, JsonProperty property, string path)
    {
        var value = property.Value;
        return property.Name switch
        {
            "type" => field with { Type = TypeOf(value.GetString()) },
            "required" => field with { IsRequired = IsTrue(value) },
            "auto" => field with { IsAuto = IsTrue(value) },
            "abstract" => field with { IsAbstract = IsTrue(value) },
            "referenceable" => field with { IsReferenceable = IsTrue(value) },
            "encrypted" => field with { IsEncrypted = IsTrue(value) },
            "timestamp" => field with { IsTimestamp = IsTrue(value) },
            "uuid" => field with { IsUuid = IsTrue(value) },
            "is_regex" => field with { IsRegex = IsTrue(value) },
            "default" => field with { Default = KongValue.From(value) },
            "eq" => field with { EqualTo = KongValue.From(value) },
            "ne" => field with { NotEqualTo = KongValue.From(value) },
            "err" => field with { Message = value.GetString() },
            "contains" => field with { Contains = KongValue.From(value) },
            "elements" => field with { Elements = ParsePart(value, path + "[]") },
            "keys" => field with { Keys = ParsePart(value, path + "{key}") },
            "values" => field with { Values = ParsePart(value, path + "{value}") },
            _ => ApplyLimit(field, property),
        };
    }

    // The gateway marks what is in a list or a map as required when it first checks one.
    private FieldSchema ParsePart(JsonElement json, string path) => Parse(json, path) with { IsRequired = true };

    private static FieldSchema ApplyLimit(FieldSchema field, JsonProperty property)
    {
        var value = property.Value;
        return property.Name switch
        {
            "one_of" => field with { OneOf = Values(value) },
            "not_one_of" => field with { NotOneOf = Values(value) },
            "between" => field with { Between = (value[0].GetDouble(), value[1].GetDouble()) },
            "gt" => field with { GreaterThan = value.GetDouble() },
            "len_eq" => field with { Length = value.GetInt32() },
            "len_min" => field with { MinLength = value.GetInt32() },
            "len_max" => field with { MaxLength = value.GetInt32() },
            "starts_with" => field with { StartsWith = value.GetString() },
            "match" => field with { Match = new LuaPattern(value.GetString()!) },
            "not_match" => field with { NotMatch = new LuaPattern(value.GetString()!) },
            "match_all" => field with { MatchAll = [.. value.EnumerateArray().Select(Pattern)] },
            "match_none" => field with { MatchNone = [.. value.EnumerateArray().Select(Pattern)] },
            "match_any" => field with { MatchAny = Any(value) },
            "mutually_exclusive_subsets" => field with { ExclusiveSubsets = [.. value.EnumerateArray().Select(Values)] },
            _ => field,
        };
    }

    private static FieldType TypeOf(string? name) => name switch
    {
        "string" => FieldType.String,
        "number" => FieldType.Number,
        "integer" => FieldType.Integer,
        "boolean" => FieldType.Boolean,
        "array" => FieldType.Array,
        "set" => FieldType.Set,
        "map" => FieldType.Map,
        "record" => FieldType.Record,
        "foreign" => FieldType.Foreign,
        "json" => FieldType.Json,
        _ => FieldType.Any,
    };

    private static MessagePattern Pattern(JsonElement json) =>
        new(new LuaPattern(json.GetProperty("pattern").GetString()!), Text(json, "err"));

    private static AnyPattern Any(JsonElement json) => new(
        [.. json.GetProperty("patterns").EnumerateArray().Select(p => new LuaPattern(p.GetString()!))], Text(json, "err"));

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static List<object> Values(JsonElement json) =>
        json.ValueKind is JsonValueKind.Array ? [.. json.EnumerateArray().Select(KongValue.From)] : [];

    private static bool IsTrue(JsonElement value) => value.ValueKind is JsonValueKind.True;
}
