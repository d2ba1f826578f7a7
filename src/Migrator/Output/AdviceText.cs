using Migrator.Advice;
using Migrator.Display;

namespace Migrator.Output;

/// <summary>Writes what the next gateway will refuse, as text: counts first, then the rows by effect.</summary>
internal static class AdviceText
{
    /// <summary>The effects as people read them, in the order of their weight.</summary>
    public static readonly IReadOnlyList<(Effect Effect, string Words)> Effects =
    [
        (Effect.StopsGateway, "stops the gateway"), (Effect.CannotEdit, "cannot be edited"), (Effect.Behaviour, "behaves differently"),
    ];

    /// <summary>Writes the report.</summary>
    public static void Write(TextWriter writer, AdviceReport report)
    {
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{report.Rows:N0} rows, {(report.IsUpgrade ? "as they will be after up and finish, " : "")}by the rules of gateway "
                + $"{report.Options.GatewayVersion}:"));
        writer.WriteLine();
        writer.WriteLine($"  {"",-20}{"rows",8}{"findings",10}");
        foreach (var (effect, words) in Effects)
        {
            writer.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"  {words,-20}{report.RowsWith(effect),8:N0}{report.Count(effect),10:N0}"));
        }

        if (report.RowsNotExamined > 0)
        {
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {"not examined",-20}{report.RowsNotExamined,8:N0}"));
        }

        if (report.HasOlderRules)
        {
            writer.WriteLine();
            writer.WriteLine($"migrator does not have the rules of gateway {report.Target}: it may refuse more rows.");
        }

        WriteSettings(writer, report);
        foreach (var (effect, words) in Effects)
        {
            var rows = report.Findings.Where(f => f.Effect == effect).GroupBy(f => (f.Table, f.Id));
            var heading = $"{words}:";
            foreach (var row in rows)
            {
                writer.WriteLine();
                if (heading.Length > 0)
                {
                    writer.WriteLine(heading);
                    writer.WriteLine();
                    heading = "";
                }

                Write(writer, [.. row]);
            }

            if (report.Omitted(effect) is > 0 and var omitted)
            {
                writer.WriteLine();
                writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"and {omitted:N0} more. Correct these first."));
            }
        }

        WriteNotExamined(writer, report);
    }

    private static void WriteSettings(TextWriter writer, AdviceReport report)
    {
        if (report.Settings.Count > 0)
        {
            writer.WriteLine();
            writer.WriteLine("settings:");
            foreach (var setting in report.Settings)
            {
                writer.WriteLine();
                writer.WriteLine(Line($"  {setting.Name} ({setting.Place})"));
                writer.WriteLine(Line($"    {setting.Message}"));
                writer.WriteLine(Line($"    do:  {setting.Remedy}"));
            }
        }
    }

    private static void WriteNotExamined(TextWriter writer, AdviceReport report)
    {
        if (report.RowsNotExamined == 0)
        {
            return;
        }

        writer.WriteLine();
        writer.WriteLine("not examined:");
        writer.WriteLine();
        foreach (var row in report.NotExamined)
        {
            writer.WriteLine(Line($"  {row.Table} {row.Id}: {row.Reason}"));
        }

        if (report.RowsNotExamined > report.NotExamined.Count)
        {
            writer.WriteLine();
            writer.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"and {report.RowsNotExamined - report.NotExamined.Count:N0} more"));
        }
    }

    // The remedy corrects the whole row: the gateway refuses a change that leaves one of its mistakes.
    private static void Write(TextWriter writer, IReadOnlyList<Finding> row)
    {
        var first = row[0];
        writer.WriteLine(Line($"  {first.Table} {first.Id}{(first.Name is null ? "" : $" ({first.Name})")}"));
        foreach (var finding in row)
        {
            writer.WriteLine(Line($"    {(finding.Field is null ? "" : finding.Field + ": ")}{finding.Message}"));
            writer.WriteLine(Line($"      why: {finding.Why}"));
        }

        foreach (var remedy in row.Select(f => f.Remedy).Distinct(StringComparer.Ordinal))
        {
            // A command that is cut or escaped would do something else.
            writer.WriteLine(remedy.Length <= DisplayText.MaxLineLength && DisplayText.IsPlain(remedy)
                ? $"    do:  {remedy}" : "    do:  the command cannot be shown on a line as it is: see --json");
        }
    }

    private static string Line(string text) => DisplayText.Line(text, DisplayText.MaxLineLength);
}
