using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Migrations.Tests;

/// <summary>The facts of a database's catalogue, one line each, so that two catalogues can be compared as sets.</summary>
internal static partial class CatalogueFacts
{
    private const string Columns = "columns";

    /// <summary>The facts of a file in <c>data/catalogue</c> or of a database (<see cref="LiveCatalogue"/>).</summary>
    public static HashSet<string> Of(JsonObject catalogue, string schema = "public") =>
    [
        .. catalogue["tables"]!.AsObject().SelectMany(table => OfTable(table.Key, table.Value!, schema)),
        .. catalogue["functions"]!.AsArray().Select(f => OfFunction(f!)),
        .. catalogue["sequences"]!.AsArray().Select(s => OfSequence(s!, schema)),
    ];

    /// <summary>The facts of one table, including the positions of its columns.</summary>
    public static IEnumerable<string> OfTable(string name, JsonNode table, string schema = "public") =>
    [
        $"table {name}",
        $"columns of {name}: {string.Join(", ", table[Columns]!.AsArray().Select(c => c!.Text("name")))}",
        .. table[Columns]!.AsArray().Select(c => OfColumn(name, c!, schema)),
        .. Parts.SelectMany(part => table[part]!.AsArray().Select(item => OfPart(name, part, item!, schema))),
    ];

    /// <summary>The kinds of objects that a table has besides columns.</summary>
    public static readonly string[] Parts = ["constraints", "indexes", "triggers"];

    /// <summary>The fact of a column.</summary>
    public static string OfColumn(string table, JsonNode column, string schema = "public") =>
        $"column {table}.{column.Text("name")} {column.Text("type")}{((bool)column["nullable"]! ? "" : " not null")}"
        + $" default {Plain((string?)column["default"] ?? "none", schema)}";

    /// <summary>The fact of a constraint, an index or a trigger.</summary>
    public static string OfPart(string table, string part, JsonNode item, string schema = "public") =>
        $"{part} {table}.{item.Text("name")} {Plain(item.Text("definition"), schema)}";

    /// <summary>The fact of a function: its signature, because migrator's bodies differ from Kong's.</summary>
    public static string OfFunction(JsonNode function) =>
        $"function {function.Text("name")}({function.Text("arguments")}) {function.Text("returns")} {function.Text("language")} "
            + $"{function.Text("volatility")}";

    /// <summary>The fact of a sequence.</summary>
    public static string OfSequence(JsonNode sequence, string schema = "public") =>
        "sequence " + string.Join(' ', sequence.AsObject().OrderBy(m => m.Key, StringComparer.Ordinal)
            .Select(m => $"{m.Key} {Plain(m.Value?.ToString() ?? "", schema)}"));

    // Older servers print the same expression differently.
    private static string Plain(string definition, string schema) =>
        UtcFunction().Replace(definition, "(${now} AT TIME ZONE 'UTC'::text)")
            .Replace("EXECUTE PROCEDURE", "EXECUTE FUNCTION", StringComparison.Ordinal)
            .Replace($"{schema}.", "", StringComparison.Ordinal);

    [GeneratedRegex(@"timezone\('UTC'::text, (?<now>CURRENT_TIMESTAMP\(\d\))\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex UtcFunction();
}
