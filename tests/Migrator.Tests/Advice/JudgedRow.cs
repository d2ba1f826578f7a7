using System.IO.Compression;
using System.Text.Json.Nodes;
using Migrator.Advice;

namespace Migrator.Tests.Advice;

/// <summary>An odd row, and what a real gateway 3.9.3 said of it (rows-3.9.3.json.gz).</summary>
internal sealed record JudgedRow(string Table, JsonObject Row, string Verdict, string Message, string Group, RouterFlavor Flavor)
{
    private static readonly Lazy<IReadOnlyList<JudgedRow>> Rows = new(Read);

    /// <summary>All rows.</summary>
    public static IReadOnlyList<JudgedRow> All => Rows.Value;

    /// <summary>What judges the value that the row is refused for, if it is a library: Lua, PCRE2 or OpenSSL.</summary>
    public string? Library => Message switch
    {
        _ when Message.Contains("error parsing ", StringComparison.OrdinalIgnoreCase)
            || Message.Contains("is not in supported format", StringComparison.Ordinal) => "Lua",
        _ when Message.Contains("invalid regex: ", StringComparison.Ordinal)
            || Message.Contains("a valid regex", StringComparison.Ordinal) => "PCRE2",
        _ when Message.Contains("certificate does not match key", StringComparison.Ordinal)
            || Message.Contains("public key", StringComparison.Ordinal) || Message.Contains("invalid key", StringComparison.Ordinal)
            || Message.Contains("JWK", StringComparison.Ordinal) => "OpenSSL",
        _ when Message.Contains("primary key violation", StringComparison.Ordinal) => "another row",
        _ => null,
    };

    public override string ToString() => $"{Table} {Row["id"]} ({Group}, {Flavor}): {Message}";

    private static List<JudgedRow> Read()
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Advice", "data", "rows-3.9.3.json.gz"));
        using var stream = new GZipStream(file, CompressionMode.Decompress);
        return [.. JsonNode.Parse(stream)!.AsArray().Select(n => new JudgedRow(
            Text(n!, "table"), n!["row"]!.AsObject(), Text(n, "verdict"), Text(n, "message"), Text(n, "group"), Text(n, "flavor") switch
            {
                "traditional" => RouterFlavor.Traditional,
                "expressions" => RouterFlavor.Expressions,
                _ => RouterFlavor.TraditionalCompatible,
            }))];
    }

    private static string Text(JsonNode node, string name) => node[name]!.GetValue<string>();
}
