using System.Text;
using System.Text.Json.Nodes;
using Migrator.Advice;

namespace Migrator.Tests.Advice;

/// <summary>Rows, and what a gateway said of them.</summary>
internal static class AdviceData
{
    /// <summary>The rows of a database after the upgrade from 3.4 to 3.9.</summary>
    public static IReadOnlyList<DataRow> Rows { get; } = [.. Lines("rows.jsonl").Select(n => DataRow.From(n))];

    /// <summary>What Kong 3.9.3 said of them.</summary>
    public static JsonNode Verdicts { get; } = JsonNode.Parse(File.ReadAllText(PathOf("verdicts.json")))!;

    /// <summary>Generated rows with the errors that Kong's schema library reports, run outside the gateway.</summary>
    public static IReadOnlyList<JsonNode> Answers { get; } = [.. Lines("answers.jsonl")];

    /// <summary>The identifier of a row.</summary>
    public const string Id = "00000000-0000-4000-8000-00000000000a";

    /// <summary>Makes an advisor with the bundled plugins.</summary>
    public static RowAdvisor Advisor(RouterFlavor flavor = RouterFlavor.Traditional) => new(new(flavor, RowAdvisor.BundledPlugins));

    /// <summary>Examines a row that is written as JSON, in which <c>r</c> stands for <see cref="Id"/>.</summary>
    public static IReadOnlyList<Finding> Examine(string table, string json, RouterFlavor flavor = RouterFlavor.Traditional) =>
        Advisor(flavor).Examine(
            table, JsonNode.Parse(json.Replace("\"id\": \"r\"", $"\"id\": \"{Id}\"", StringComparison.Ordinal))!.AsObject());

    /// <summary>Examines a row.</summary>
    public static IReadOnlyList<Finding> Examine(this RowAdvisor advisor, string table, JsonObject row) =>
        advisor.Examine(table, Encoding.UTF8.GetBytes(row.ToJsonString()));

    /// <summary>Examines a plugin with a configuration that is written as JSON.</summary>
    public static IReadOnlyList<Finding> ExaminePlugin(string name, string config) => Examine(
        "plugins",
        $$"""
        {"id": "00000004-0000-4000-8000-0000000000ff", "name": "{{name}}", "enabled": true, "protocols": ["http"], "config": {{config}}}
        """);

    /// <summary>The paths of the fields that a refusal names; the elements of a list count as the list.</summary>
    public static IEnumerable<string> FieldsOf(JsonNode fields) => FieldsOf(fields.AsObject(), "");

    private static IEnumerable<string> FieldsOf(JsonObject fields, string path) =>
        fields.SelectMany(f => f.Value is JsonObject inner ? FieldsOf(inner, path + f.Key + ".") : [path + f.Key]);

    private static IEnumerable<JsonNode> Lines(string file) => File.ReadLines(PathOf(file)).Select(l => JsonNode.Parse(l)!);

    private static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "Advice", "data", file);
}

/// <summary>A row of a table.</summary>
internal sealed record DataRow(string Table, string? Id, JsonObject Row)
{
    /// <summary>Whether the verdicts are about rows such as this one: those of the workspace default.</summary>
    public bool IsOfDefaultWorkspace =>
        !Row.ContainsKey("ws_id") || Row["ws_id"]?.GetValue<string>() == "00000000-0000-4000-8000-000000000001";

    public static DataRow From(JsonNode node) =>
        new(node["table"]!.GetValue<string>(), node["row"]!["id"]?.GetValue<string>(), node["row"]!.AsObject());

    public override string ToString() => $"{Table} {Id}";
}
