using Migrator.Advice;
using Migrator.Planning;

namespace Migrator.Output;

/// <summary>A plan as JSON.</summary>
internal static class PlanJson
{
    /// <summary>The members of the answer.</summary>
    public static JsonMembers Of(string command, PlanReport report, AdviceReport? advised) =>
    [
        ("command", command),
        ("is_empty_database", report.Plan.IsEmptyDatabase),
        ("acts_as", report.ActsAs),
        ("transactions", report.Plan.Transactions.Select(steps => steps.Select(step => Of(step, report)))),
        ("warnings", report.Warnings),
        ("obstacles", report.Obstacles.Select(o => JsonMembers.Of(("stops", o.Stops), ("text", o.Text), ("remedy", o.Remedy)))),
        .. JsonMembers.Optional("advice", advised is { } advice ? AdviceJson.Summary(advice) : null),
    ];

    private static JsonMembers Of(PlannedStep planned, PlanReport report) =>
    [
        .. Messages.Names(planned.Step),
        ("since", planned.Step.Migration.Since.ToString(3)),
        ("summary", planned.Summary),
        .. JsonMembers.Optional("breaks_previous", planned.BreaksPrevious),
        ("locks", planned.Locks.Select(l => JsonMembers.Of(
            ("table", l.Table), ("mode", l.ModeName), ("reads_wait", l.Mode == LockMode.AccessExclusive),
            ("writes_wait", l.Mode != LockMode.RowExclusive)))),
        ("rewrites", planned.Rewritten.Select(t => JsonMembers.Of(
            ("table", t), ("rows", report.Rows.ByTable.GetValueOrDefault(t)), ("is_exact", report.Rows.AreExact)))),
        .. JsonMembers.Optional(
            "predicted_ms", report.Times.TryGetValue(planned, out var time) ? Math.Ceiling(time.TotalMilliseconds) : null),
    ];
}
