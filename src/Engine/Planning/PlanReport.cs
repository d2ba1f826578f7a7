using Migrator.Inspection;

namespace Migrator.Planning;

/// <summary>A plan with what was read for it.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Rows">The rows of the tables that it rewrites.</param>
/// <param name="Warnings">The warnings that the run would give about rows; none where they were not asked for.</param>
internal sealed record PlanReport(MigrationPlan Plan, PlanRows Rows, IReadOnlyList<string> Warnings)
{
    private static readonly IReadOnlyDictionary<PlannedStep, TimeSpan> NoTimes = new Dictionary<PlannedStep, TimeSpan>();

    /// <summary>How long the steps that rewrite rows take, by a trial; empty if none was made.</summary>
    public IReadOnlyDictionary<PlannedStep, TimeSpan> Times { get; init; } = NoTimes;

    /// <summary>Why the trial failed; null if it did not.</summary>
    public string? NotPredicted { get; init; }

    /// <summary>The role that the run acts as; null if it acts as the user.</summary>
    public string? ActsAs { get; init; }

    /// <summary>What the run would refuse, or stumble over: what it is, and what to do about it.</summary>
    public IReadOnlyList<Obstacle> Obstacles { get; init; } = [];

    /// <summary>Reads what belongs to a plan.</summary>
    /// <param name="session">The connection.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="facts">The database.</param>
    /// <param name="count">Whether rows are counted, warnings collected and times predicted, which reads the tables.</param>
    /// <param name="cancellationToken">Ends the command.</param>
    public static async Task<PlanReport> ReadAsync(
        DatabaseSession session, MigrationPlan plan, DatabaseFacts facts, bool count, CancellationToken cancellationToken)
    {
        var tables = plan.RewrittenTables;
        if (tables.Count == 0)
        {
            return new PlanReport(plan, new PlanRows(new Dictionary<string, long?>(StringComparer.Ordinal), AreExact: true), []);
        }

        if (!count)
        {
            return new PlanReport(plan, await PlanRows.EstimateAsync(session, facts, tables, cancellationToken), []);
        }

        var rows = await PlanRows.CountAsync(session, facts, tables, cancellationToken);
        var warnings = new List<string>();
        session.OnNotice = notice => warnings.Add(notice.MessageText);
        foreach (var (step, check) in plan.Steps.SelectMany(s => s.Checks.Select(c => (s.Step, c))))
        {
            if (!await PlanRows.CheckAsync(session, facts, tables, check, cancellationToken))
            {
                warnings.Add($"{step}: which rows it warns of shows only when the steps before it are done");
            }
        }

        session.OnNotice = null;
        var report = new PlanReport(plan, rows, [.. warnings.Distinct(StringComparer.Ordinal)]);
        try
        {
            return facts.InRecovery ? report
                : report with { Times = await new StepTrial(session, facts).RunAsync(plan, rows, cancellationToken) };
        }
        catch (Exception e) when (e is MigratorException or NpgsqlException)
        {
            // The plan is complete without the times: not every role may make temporary tables.
            return report with { NotPredicted = ServerWords.Reason(e) };
        }
    }
}

/// <summary>Something that a run would refuse, or stumble over.</summary>
/// <param name="Stops">Whether the run would be refused.</param>
/// <param name="Text">What it is.</param>
/// <param name="Remedy">What to do about it.</param>
internal sealed record Obstacle(bool Stops, string Text, string Remedy);
