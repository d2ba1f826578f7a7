using System.Text.Json;
using Migrator.Advice.Rules;

namespace Migrator.Advice.Schemas;

/// <summary>Reads the rules for several fields.</summary>
/// <param name="rules">The rules in code.</param>
/// <param name="fields">Reads what a condition says of a field.</param>
/// <param name="schema">The fields that the rules are about.</param>
/// <param name="path">The path of the schema.</param>
internal sealed class CheckParser(RuleBook rules, FieldParser fields, RecordSchema schema, string path)
{
    /// <summary>Reads one rule.</summary>
    public EntityCheck Parse(JsonProperty member)
    {
        var json = member.Value;
        return member.Name switch
        {
            "at_least_one_of" => OfFields(EntityCheckKind.AtLeastOneOf, json) with
            {
                RunsWithMissingFields = true,
                RunsWithInvalidFields = true,
            },
            "only_one_of" => OfFields(EntityCheckKind.OnlyOneOf, json) with { RunsWithInvalidFields = true },
            "distinct" => OfFields(EntityCheckKind.Distinct, json) with { RunsWithInvalidFields = true },
            "mutually_required" => OfFields(EntityCheckKind.MutuallyRequired, json) with { RunsWithMissingFields = true },
            "mutually_exclusive" => OfFields(EntityCheckKind.MutuallyExclusive, json) with { RunsWithMissingFields = true },
            "mutually_exclusive_sets" => Sets(json),
            "conditional" => Conditional(json),
            "conditional_at_least_one_of" => ConditionalAtLeastOneOf(json),
            "custom_entity_check" => Custom(json),
            _ => new EntityCheck(EntityCheckKind.Unknown, []),
        };
    }

    private static EntityCheck OfFields(EntityCheckKind kind, JsonElement json)
    {
        var names = Names(json);
        return new EntityCheck(kind, names) { Required = names };
    }

    private static EntityCheck Sets(JsonElement json)
    {
        var (first, second) = (Names(json, "set1"), Names(json, "set2"));
        return new EntityCheck(EntityCheckKind.MutuallyExclusiveSets, [.. first, .. second])
        {
            FirstSet = first,
            SecondSet = second,
            RunsWithMissingFields = true,
        };
    }

    private EntityCheck Conditional(JsonElement json)
    {
        var (ifField, thenField) = (Text(json, "if_field")!, Text(json, "then_field")!);
        return new EntityCheck(EntityCheckKind.Conditional, [ifField, thenField])
        {
            Required = [ifField],
            IfField = ifField,
            IfMatch = Match(json, "if_match", ifField),
            ThenField = thenField,
            ThenMatch = Match(json, "then_match", thenField),
            ThenMessage = Text(json, "then_err"),
            RunsWithInvalidFields = true,
        };
    }

    private EntityCheck ConditionalAtLeastOneOf(JsonElement json)
    {
        var ifField = Text(json, "if_field")!;
        var (thenFields, elseFields) = (Names(json, "then_at_least_one_of"), Names(json, "else_then_at_least_one_of"));
        return new EntityCheck(EntityCheckKind.ConditionalAtLeastOneOf, [ifField, .. thenFields, .. elseFields])
        {
            IfField = ifField,
            IfMatch = Match(json, "if_match", ifField),
            ThenFields = thenFields,
            ThenMessage = Text(json, "then_err"),
            ElseMatch = json.TryGetProperty("else_match", out _) ? Match(json, "else_match", ifField) : null,
            ElseFields = elseFields,
            ElseMessage = Text(json, "else_then_err"),
            RunsWithMissingFields = true,
            RunsWithInvalidFields = true,
        };
    }

    private EntityCheck Custom(JsonElement json)
    {
        var sources = Names(json, "field_sources");
        return new EntityCheck(EntityCheckKind.Custom, sources)
        {
            Required = sources,
            Rule = rules.ForEntity(path, sources),
            RunsWithInvalidFields = json.TryGetProperty("run_with_invalid_fields", out var invalid) && invalid.GetBoolean(),
            RunsWithMissingFields = json.TryGetProperty("run_with_missing_fields", out var missing) && missing.GetBoolean(),
        };
    }

    // What a condition does not say of a field, its schema says. The rule jwt_secrets has in a condition is found at its own path.
    private FieldSchema Match(JsonElement json, string name, string field) =>
        fields.Parse(json.GetProperty(name), name == "then_match" ? $"{path}@{field}" : "", schema.FieldAt(field));

    private static List<string> Names(JsonElement json, string name) =>
        json.TryGetProperty(name, out var list) ? Names(list) : [];

    private static List<string> Names(JsonElement list) =>
        list.ValueKind is JsonValueKind.Array ? [.. list.EnumerateArray().Select(e => e.GetString()!)] : [];

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) ? value.GetString() : null;
}
