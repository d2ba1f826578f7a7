using Migrator.Advice;
using Migrator.Display;
using Migrator.Planning;

namespace Migrator.Output;

/// <summary>Prints a plan for people: each step with what it does, what waits for it, and the rows that it rewrites.</summary>
internal static class PlanText
{
    /// <summary>Writes the plan.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="command">The command that it is the plan of.</param>
    /// <param name="report">The plan, with its rows.</param>
    /// <param name="advised">What the next gateway says of the rows; null if it was not examined.</param>
    /// <param name="conf">What follows -c, quoted for a shell.</param>
    public static void Write(TextWriter writer, string command, PlanReport report, AdviceReport? advised, string conf)
    {
        var steps = report.Plan.Steps.ToList();
        if (steps.Count == 0)
        {
            writer.WriteLine($"{command} would change nothing.");
            return;
        }

        var transactions = report.Plan.Transactions.Count;
        writer.WriteLine($"{command} would take {Plural.Of(steps.Count, "step")} in {Plural.Of(transactions, "transaction")}"
            + $"{(report.Plan.IsEmptyDatabase ? "; the database is empty, so nothing waits" : "")}:");
        writer.WriteLine();
        var width = steps.Count.ToString(CultureInfo.InvariantCulture).Length;
        for (var at = 0; at < steps.Count; at++)
        {
            Write(writer, steps[at], (at + 1).ToString(CultureInfo.InvariantCulture).PadLeft(width), report);
        }

        if (report.ActsAs is { } role)
        {
            writer.WriteLine($"It would act as role '{role}', to which the new objects would belong.");
        }

        foreach (var obstacle in report.Obstacles)
        {
            writer.WriteLine(DisplayText.Line(
                $"{(obstacle.Stops ? "would be refused" : "would meet")}: {obstacle.Text}", DisplayText.MaxLineLength));
            foreach (var line in obstacle.Remedy.Split('\n'))
            {
                writer.WriteLine("  do: " + DisplayText.Line(line.Trim(), DisplayText.MaxLineLength));
            }
        }

        foreach (var warning in report.Warnings)
        {
            writer.WriteLine(DisplayText.Line($"would warn: {warning}", DisplayText.MaxLineLength));
        }

        if (advised is { } advice && AdviceText.Effects.Any(e => advice.RowsWith(e.Effect) > 0))
        {
            var counts = AdviceText.Effects.Where(e => advice.RowsWith(e.Effect) > 0).Select(e => string.Create(
                CultureInfo.InvariantCulture, $"{advice.RowsWith(e.Effect):N0} {Verb(e.Effect, advice.RowsWith(e.Effect))}"));
            writer.WriteLine();
            writer.WriteLine(
                $"Of {advice.Rows} rows, by the rules of gateway {advice.Options.GatewayVersion}: {string.Join(", ", counts)}.");
            writer.WriteLine($"See which: migrator advise -c {conf}");
        }

        if (advised is { RowsNotExamined: > 0 and var unexamined })
        {
            writer.WriteLine();
            writer.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"Rows that were not examined: {unexamined:N0}. See which: migrator advise -c {conf}"));
        }
    }

    private static string Verb(Effect effect, long rows) => (effect, rows) switch
    {
        (Effect.StopsGateway, 1) => "stops the gateway",
        (Effect.StopsGateway, _) => "stop the gateway",
        (Effect.CannotEdit, _) => "cannot be edited",
        (_, 1) => "behaves differently",
        _ => "behave differently",
    };

    private static void Write(TextWriter writer, PlannedStep planned, string number, PlanReport report)
    {
        var indent = new string(' ', number.Length + 2);
        writer.WriteLine($"{number}. {planned.Step}, Kong {planned.Step.Migration.Since.ToString(2)}: {planned.Summary}");
        if (report.Plan.IsEmptyDatabase)
        {
            return;
        }

        if (planned.BreaksPrevious is { } breaks)
        {
            writer.WriteLine($"{indent}while the previous version runs: {breaks}");
        }

        foreach (var locks in planned.Locks.Where(l => l.Mode != LockMode.RowExclusive).GroupBy(l => l.Mode).OrderByDescending(g => g.Key))
        {
            writer.WriteLine($"{indent}locks {string.Join(", ", locks.Select(l => l.Table))} in {locks.First().ModeName} mode: "
                + locks.First().Waits);
        }

        foreach (var table in planned.Rewritten)
        {
            writer.WriteLine($"{indent}rewrites rows of {table}, which has {Rows(table, report.Rows)}");
        }

        if (report.Times.TryGetValue(planned, out var time))
        {
            var seconds = Math.Max(time.TotalSeconds, 0.1);
            writer.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{indent}takes at most about {seconds:N1} s, by a trial on copies of rows"));
        }
    }

    private static string Rows(string table, PlanRows rows) => rows.ByTable.GetValueOrDefault(table) switch
    {
        null => "an unknown number of rows (--count counts them)",
        var count when rows.AreExact => string.Create(CultureInfo.InvariantCulture, $"{count:N0} rows"),
        var count => string.Create(CultureInfo.InvariantCulture, $"about {count:N0} rows"),
    };
}
