using System.Text.Json.Nodes;

namespace Migrations.Tests;

/// <summary>The changes of one phase, one line each: <c>+</c> and an added fact, or <c>-</c> and a removed fact.</summary>
internal static class StepFacts
{
    /// <summary>The changes between two catalogues, without the order of columns: that is compared for whole catalogues.</summary>
    public static IEnumerable<string> Changes(HashSet<string> before, HashSet<string> after) =>
    [
        .. Relevant(after.Except(before, StringComparer.Ordinal)).Select(fact => "+ " + fact),
        .. Relevant(before.Except(after, StringComparer.Ordinal)).Where(fact => !BelongsToDroppedTable(fact, after))
            .Select(fact => "- " + fact),
    ];

    /// <summary>The changes that a phase makes on the real gateway.</summary>
    public static IEnumerable<string> Of(JsonNode step) =>
    [
        .. Object(step, "tables_added").SelectMany(t => Relevant(CatalogueFacts.OfTable(t.Key, t.Value!))).Select(fact => "+ " + fact),
        .. (step["tables_removed"] as JsonArray ?? []).Select(name => $"- table {name}"),
        .. Object(step, "tables_changed")
            .SelectMany(t => t.Value!.AsObject().SelectMany(part => OfItems(part.Value!, Describe(t.Key, part.Key)))),
        .. step["functions"] is { } functions ? OfFunctions(functions) : [],
        .. step["sequences"] is { } sequences ? OfItems(sequences, s => CatalogueFacts.OfSequence(s)) : [],
    ];

    private static IEnumerable<string> OfItems(JsonNode changes, Func<JsonNode, string> describe) =>
    [
        .. Array(changes, "added").Select(item => "+ " + describe(item!)),
        .. Array(changes, "removed").Select(item => "- " + describe(item!)),
        .. Array(changes, "changed").SelectMany(item => new[] { "- " + describe(item!["from"]!), "+ " + describe(item["to"]!) }),
    ];

    private static IEnumerable<string> OfFunctions(JsonNode changes) =>
    [
        .. Array(changes, "added").Select(item => "+ " + CatalogueFacts.OfFunction(item!)),
        .. Array(changes, "removed").Select(name => $"- function {name} trigger plpgsql volatile"),
    ];

    private static Func<JsonNode, string> Describe(string table, string part) => item =>
        part == "columns" ? CatalogueFacts.OfColumn(table, item) : CatalogueFacts.OfPart(table, part, item);

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Object(JsonNode node, string member) => node[member] as JsonObject ?? [];

    private static IEnumerable<JsonNode?> Array(JsonNode node, string member) => node[member] as JsonArray ?? [];

    private static IEnumerable<string> Relevant(IEnumerable<string> facts) =>
        facts.Where(fact => !fact.StartsWith("columns of ", StringComparison.Ordinal));

    private static bool BelongsToDroppedTable(string fact, HashSet<string> after) =>
        !fact.StartsWith("table ", StringComparison.Ordinal)
        && !fact.StartsWith("function ", StringComparison.Ordinal)
        && !fact.StartsWith("sequence ", StringComparison.Ordinal)
        && !after.Contains("table " + fact.Split(' ')[1].Split('.')[0]);
}
