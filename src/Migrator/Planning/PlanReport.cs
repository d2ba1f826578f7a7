namespace Migrator.Planning;

/// <summary>A plan with what was read for it.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Rows">The rows of the tables that it rewrites.</param>
/// <param name="Warnings">The warnings that the run would give about rows; none where they were not asked for.</param>
internal sealed record PlanReport(MigrationPlan Plan, PlanRows Rows, IReadOnlyList<string> Warnings)
{
    /// <summary>How long the steps that rewrite rows take, by a trial; empty if none was made.</summary>
    public IReadOnlyDictionary<PlannedStep, TimeSpan> Times { get; init; } = new Dictionary<PlannedStep, TimeSpan>();

    /// <summary>The role that the run acts as; null if it acts as the user.</summary>
    public string? ActsAs { get; init; }

    /// <summary>What the run would refuse, or stumble over: what it is, and what to do about it.</summary>
    public IReadOnlyList<Obstacle> Obstacles { get; init; } = [];

    /// <summary>What the next gateway says of the rows; null if it was not examined.</summary>
    public AdviceReport? Advice { get; init; }
}

/// <summary>Something that a run would refuse, or stumble over.</summary>
/// <param name="Stops">Whether the run would be refused.</param>
/// <param name="Text">What it is.</param>
/// <param name="Remedy">What to do about it.</param>
internal sealed record Obstacle(bool Stops, string Text, string Remedy);
