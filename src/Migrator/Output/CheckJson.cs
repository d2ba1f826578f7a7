using System.Text.Json;
using Migrator.Preflight;

namespace Migrator.Output;

/// <summary>Writes the answer of <c>check --json</c>.</summary>
internal static class CheckJson
{
    /// <summary>Writes the members of the object.</summary>
    public static void Write(Utf8JsonWriter json, IReadOnlyList<CheckItem> items)
    {
        json.WriteBoolean("met", items.All(i => i.Verdict != CheckVerdict.NotMet));
        json.WriteStartArray("checks");
        foreach (var item in items)
        {
            json.WriteStartObject();
            json.WriteString("connection", item.Connection.Length == 0 ? null : item.Connection);
            json.WriteString("name", item.Name);
            json.WriteString("verdict", NameOf(item.Verdict));
            json.WriteString("text", item.Text);
            json.WriteString("remedy", item.Remedy);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static string NameOf(CheckVerdict verdict) => verdict switch
    {
        CheckVerdict.Met => "met",
        CheckVerdict.NotMet => "not met",
        CheckVerdict.Warning => "warning",
        _ => "unseen",
    };
}
