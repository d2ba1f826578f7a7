using System.Text.Json;
using Migrator.Verification;

namespace Migrator.Output;

/// <summary>Writes the answer of <c>verify --json</c>.</summary>
internal static class VerifyJson
{
    /// <summary>Writes the members of the object.</summary>
    public static void Write(Utf8JsonWriter json, VerificationResult result)
    {
        json.WriteBoolean("same", result.Differences.Count == 0);
        json.WriteStartArray("differences");
        foreach (var difference in result.Differences)
        {
            json.WriteStartObject();
            json.WriteString("kind", difference.Kind.ToString().ToLowerInvariant());
            json.WriteString("object", difference.Object);
            json.WriteString("text", difference.Text);
            json.WriteString("sql", difference.RepairSql);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("not_kongs");
        result.Others.ToList().ForEach(json.WriteStringValue);
        json.WriteEndArray();
    }
}
