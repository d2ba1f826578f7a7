using System.Globalization;
using System.Text.Json.Nodes;
using TestSupport;

namespace Migrations.Tests;

/// <summary>Rows as JSON, in a form in which Kong's and migrator's rows can be compared.</summary>
internal static class Rows
{
    /// <summary>Every row of every table.</summary>
    public static IEnumerable<string> Of(TestDatabase database)
    {
        var id = database.Query("SELECT id FROM workspaces WHERE name = 'default'")[0]!;
        var tables = database.Query("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1");

        // One query for all tables: a connection per table would take more time than the rest of many tests.
        var rows = string.Join(" UNION ALL ", tables.Select(table => $"SELECT '{table}: ' || to_jsonb(t)::text FROM \"{table}\" AS t"));
        return database.Query("SET TimeZone = 'UTC'; " + rows)
            .Select(row => row!.Split(": ", 2))
            .Select(r => $"{r[0]}: {Plain(JsonNode.Parse(r[1].Replace(id, "<default_workspace_id>", StringComparison.Ordinal)))}");
    }

    /// <summary>A value in normalised form.</summary>
    /// <remarks>
    /// Kong's rewrites turn [] into {} and round numbers to about 14 digits. migrator's do not, and this form hides both differences. Times
    /// during the test are shown as &lt;now&gt;.
    /// </remarks>
    public static string Plain(JsonNode? node) => node switch
    {
        null => "null",
        JsonObject { Count: 0 } or JsonArray { Count: 0 } => "[]",
        JsonObject members => "{"
            + string.Join(", ", members.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => $"{m.Key}: {Plain(m.Value)}")) + "}",
        JsonArray items => "[" + string.Join(", ", items.Select(Plain)) + "]",
        JsonValue value when value.GetValueKind() == System.Text.Json.JsonValueKind.Number =>
            double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture).ToString("G12", CultureInfo.InvariantCulture),
        JsonValue value when value.GetValueKind() == System.Text.Json.JsonValueKind.String => Text((string)value!),
        _ => node.ToJsonString(),
    };

    private static string Text(string text) =>
        text.Length > 18 && text[10] == 'T' && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out var time)
            && time.Year is >= 2026 and < 2099
            ? "<now>"
            : $"\"{text}\"";
}
