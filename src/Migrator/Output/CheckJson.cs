using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Migrator.Preflight;

namespace Migrator.Output;

/// <summary>Writes the answer of <c>check --json</c>.</summary>
internal static class CheckJson
{
    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the checks.</summary>
    public static void Write(TextWriter writer, IReadOnlyList<CheckItem> items)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteBoolean("met", items.All(i => i.Verdict != CheckVerdict.NotMet));
            json.WriteStartArray("checks");
            foreach (var item in items)
            {
                json.WriteStartObject();
                json.WriteString("connection", item.Connection.Length == 0 ? null : item.Connection);
                json.WriteString("name", item.Name);
                json.WriteString("verdict",
                    item.Verdict switch
                    {
                        CheckVerdict.Met => "met",
                        CheckVerdict.NotMet => "not met",
                        CheckVerdict.Warning => "warning",
                        _ => "unseen"
                    });
                json.WriteString("text", item.Text);
                json.WriteString("remedy", item.Remedy);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        writer.WriteLine(Encoding.UTF8.GetString(buffer.ToArray()));
    }
}
