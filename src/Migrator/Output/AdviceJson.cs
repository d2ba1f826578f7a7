using System.Text.Json;
using Migrator.Advice;
using Migrator.Planning;

namespace Migrator.Output;

/// <summary>Writes what the next gateway will refuse, as JSON.</summary>
internal static class AdviceJson
{
    /// <summary>Writes the members <c>findings</c>, <c>not_examined</c>, <c>settings</c> and <c>summary</c>.</summary>
    public static void Write(Utf8JsonWriter json, AdviceReport report)
    {
        json.WriteStartArray("findings");
        foreach (var finding in report.Findings)
        {
            json.WriteStartObject();
            json.WriteString("table", finding.Table);
            json.WriteString("id", finding.Id);
            json.WriteString("name", finding.Name);
            json.WriteString("field", finding.Field);
            json.WriteString("effect", Name(finding.Effect));
            json.WriteString("message", finding.Message);
            json.WriteString("why", finding.Why);
            json.WriteString("remedy", finding.Remedy);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("not_examined");
        foreach (var row in report.NotExamined)
        {
            json.WriteStartObject();
            json.WriteString("table", row.Table);
            json.WriteString("id", row.Id);
            json.WriteString("reason", row.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("settings");
        foreach (var setting in report.Settings)
        {
            json.WriteStartObject();
            json.WriteString("name", setting.Name);
            if (setting.Line is { } line)
            {
                json.WriteNumber("line", line);
            }
            else
            {
                json.WriteNull("line");
            }

            json.WriteString("place", setting.Place);
            json.WriteString("kind", setting.Kind);
            json.WriteString("message", setting.Message);
            json.WriteString("remedy", setting.Remedy);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteSummary(json, report);
    }

    /// <summary>Writes the counts, as the member <c>summary</c>.</summary>
    public static void WriteSummary(Utf8JsonWriter json, AdviceReport report, string name = "summary")
    {
        json.WriteStartObject(name);
        json.WriteString("rules", report.Options.GatewayVersion);
        json.WriteNumber("rows", report.Rows);
        json.WriteNumber("not_examined", report.RowsNotExamined);
        json.WriteBoolean("after_migrations", report.IsUpgrade);
        json.WriteBoolean("truncated", report.IsTruncated);
        foreach (var (effect, _) in AdviceText.Effects)
        {
            json.WriteStartObject(Name(effect));
            json.WriteNumber("rows", report.RowsWith(effect));
            json.WriteNumber("findings", report.Count(effect));
            json.WriteNumber("omitted", report.Omitted(effect));
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static string Name(Effect effect) => effect switch
    {
        Effect.StopsGateway => "stops-gateway",
        Effect.CannotEdit => "cannot-edit",
        _ => "behaviour",
    };
}
