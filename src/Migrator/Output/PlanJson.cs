using System.Text.Json;
using Migrator.Planning;

namespace Migrator.Output;

/// <summary>Prints a plan as JSON.</summary>
internal static class PlanJson
{
    /// <summary>Writes the members.</summary>
    public static void Write(Utf8JsonWriter json, string command, PlanReport report)
    {
        json.WriteString("command", command);
        json.WriteBoolean("is_empty_database", report.Plan.IsFresh);
        json.WriteString("acts_as", report.ActsAs);
        json.WriteStartArray("transactions");
        foreach (var transaction in report.Plan.Transactions)
        {
            json.WriteStartArray();
            foreach (var step in transaction)
            {
                json.WriteStartObject();
                Write(json, step, report);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteStartArray("warnings");
        report.Warnings.ToList().ForEach(json.WriteStringValue);
        json.WriteEndArray();
        json.WriteStartArray("obstacles");
        foreach (var obstacle in report.Obstacles)
        {
            json.WriteStartObject();
            json.WriteBoolean("stops", obstacle.Stops);
            json.WriteString("text", obstacle.Text);
            json.WriteString("remedy", obstacle.Remedy);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (report.Advice is { } advice)
        {
            AdviceJson.WriteSummary(json, advice, "advice");
        }
    }

    private static void Write(Utf8JsonWriter json, PlannedStep planned, PlanReport report)
    {
        json.WriteString("subsystem", planned.Step.Subsystem.Name);
        json.WriteString("migration", planned.Step.Migration.Name);
        json.WriteString("phase", planned.Step.PhaseName);
        json.WriteString("since", planned.Step.Migration.Since.ToString(3));
        json.WriteString("summary", planned.Summary);
        if (planned.BreaksPrevious is { } breaks)
        {
            json.WriteString("breaks_previous", breaks);
        }

        json.WriteStartArray("locks");
        foreach (var held in planned.Locks)
        {
            json.WriteStartObject();
            json.WriteString("table", held.Table);
            json.WriteString("mode", held.ModeName);
            json.WriteBoolean("reads_wait", held.Mode == LockMode.AccessExclusive);
            json.WriteBoolean("writes_wait", held.Mode != LockMode.RowExclusive);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("rewrites");
        foreach (var table in planned.Rewritten)
        {
            json.WriteStartObject();
            json.WriteString("table", table);
            if (report.Rows.ByTable.GetValueOrDefault(table) is { } rows)
            {
                json.WriteNumber("rows", rows);
            }
            else
            {
                json.WriteNull("rows");
            }

            json.WriteBoolean("is_exact", report.Rows.AreExact);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (report.Times.TryGetValue(planned, out var time))
        {
            json.WriteNumber("predicted_ms", Math.Ceiling(time.TotalMilliseconds));
        }
    }
}
