using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Migrations.Tests;

/// <summary>The files in <c>data</c>, which were recorded from the real gateway.</summary>
internal static class KongData
{
    private static readonly ConcurrentDictionary<string, string> Files = new(StringComparer.Ordinal);

    /// <summary>Reads a file as text.</summary>
    public static string Text(string name) =>
        Files.GetOrAdd(name, static n => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "data", n)));

    /// <summary>Reads a file that contains one JSON object.</summary>
    public static JsonObject Json(string name) => JsonNode.Parse(Text(name))!.AsObject();

    /// <summary>Reads a file that contains one JSON object per line.</summary>
    public static IEnumerable<JsonObject> Lines(string name) =>
        Text(name).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject());

    /// <summary>The names of all migrations of a gateway version in Kong's order, e.g. <c>core/000_base</c>.</summary>
    public static IEnumerable<string> Order(string version) =>
        Json("order.json")[$"order_{version}"]!.AsArray().Select(name => (string)name!);

    /// <summary>The text of a member.</summary>
    public static string Text(this JsonNode node, string member) => (string)node[member]!;
}
