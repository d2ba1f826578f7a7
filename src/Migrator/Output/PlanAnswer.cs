using System.Text.Json.Serialization;
using Migrator.Planning;

namespace Migrator.Output;

/// <summary>The answer of <c>plan --json</c>.</summary>
internal sealed record PlanAnswer(
    DatabaseAnswer Database,
    string Command,
    bool IsEmptyDatabase,
    string? ActsAs,
    IEnumerable<IEnumerable<PlannedStepAnswer>> Transactions,
    IReadOnlyList<string> Warnings,
    IReadOnlyList<Obstacle> Obstacles,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] AdviceSummary? Advice)
{
    /// <summary>Creates the answer.</summary>
    public static PlanAnswer Of(DatabaseAnswer database, string command, PlanReport report) => new(
        database,
        command,
        report.Plan.IsFresh,
        report.ActsAs,
        report.Plan.Transactions.Select(steps => steps.Select(step => PlannedStepAnswer.Of(step, report))),
        report.Warnings,
        report.Obstacles,
        report.Advice is { } advice ? AdviceSummary.Of(advice) : null);
}

/// <summary>One step of a plan.</summary>
internal sealed record PlannedStepAnswer(
    string Subsystem,
    string Migration,
    string Phase,
    string Since,
    string Summary,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? BreaksPrevious,
    IEnumerable<TableLockAnswer> Locks,
    IEnumerable<RewriteAnswer> Rewrites,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? PredictedMs)
{
    /// <summary>Creates a step.</summary>
    public static PlannedStepAnswer Of(PlannedStep planned, PlanReport report) => new(
        planned.Step.Subsystem.Name,
        planned.Step.Migration.Name,
        planned.Step.PhaseName,
        planned.Step.Migration.Since.ToString(3),
        planned.Summary,
        planned.BreaksPrevious,
        planned.Locks.Select(l => new TableLockAnswer(
            l.Table, l.ModeName, l.Mode == LockMode.AccessExclusive, l.Mode != LockMode.RowExclusive)),
        planned.Rewritten.Select(t => new RewriteAnswer(t, report.Rows.ByTable.GetValueOrDefault(t), report.Rows.AreExact)),
        report.Times.TryGetValue(planned, out var time) ? Math.Ceiling(time.TotalMilliseconds) : null);
}

/// <summary>A lock of a step.</summary>
internal sealed record TableLockAnswer(string Table, string Mode, bool ReadsWait, bool WritesWait);

/// <summary>A table of which a step rewrites rows; null for a number of rows that is not known.</summary>
internal sealed record RewriteAnswer(string Table, long? Rows, bool IsExact);
