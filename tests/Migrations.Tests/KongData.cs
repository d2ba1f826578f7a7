using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Migrations.Tests;

/// <summary>What was measured on the real gateway: the files in <c>data</c>.</summary>
internal static class KongData
{
    private static readonly ConcurrentDictionary<string, string> Files = new(StringComparer.Ordinal);

    /// <summary>A file as text.</summary>
    public static string Text(string name) =>
        Files.GetOrAdd(name, static n => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "data", n)));

    /// <summary>A file of one JSON object.</summary>
    public static JsonObject Json(string name) => JsonNode.Parse(Text(name))!.AsObject();

    /// <summary>A file with a JSON object in each line.</summary>
    public static IEnumerable<JsonObject> Lines(string name) =>
        Text(name).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject());

    /// <summary>The names of all migrations of a gateway version in Kong's order, as <c>core/000_base</c>.</summary>
    public static IEnumerable<string> Order(string version) =>
        Json("order.json")[$"order_{version}"]!.AsArray().Select(name => (string)name!);

    /// <summary>The text of a member.</summary>
    public static string Text(this JsonNode node, string member) => (string)node[member]!;
}
