using Migrations.Compiling;
using Migrations.Model;
using Migrator.Execution;

namespace Migrator.Planning;

/// <summary>What a command would do.</summary>
/// <param name="Transactions">The transactions, in order; none where there is nothing to do.</param>
/// <param name="IsEmptyDatabase">Whether the database is empty: then nothing that exists is locked or rewritten.</param>
internal sealed record MigrationPlan(IReadOnlyList<IReadOnlyList<PlannedStep>> Transactions, bool IsEmptyDatabase)
{
    /// <summary>The steps, in order.</summary>
    public IEnumerable<PlannedStep> Steps => Transactions.SelectMany(t => t);

    /// <summary>The changes of all steps, in order.</summary>
    public IReadOnlyList<SchemaChange> Changes => [.. Steps.SelectMany(s => s.Changes)];

    /// <summary>The tables of which steps rewrite rows.</summary>
    public IReadOnlyList<string> RewrittenTables =>
        [.. Steps.SelectMany(s => s.Rewritten).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}

/// <summary>One step of a plan.</summary>
/// <param name="Step">The step.</param>
/// <param name="Changes">What it changes.</param>
/// <param name="Locks">The locks that it takes on tables that are there before it.</param>
internal sealed record PlannedStep(MigrationStep Step, IReadOnlyList<SchemaChange> Changes, IReadOnlyList<TableLock> Locks)
{
    /// <summary>What it does, as a sentence.</summary>
    public string Summary => StepSummary.Of(Changes);

    /// <summary>What a gateway of the previous version can no longer do after it; null if nothing is known.</summary>
    public string? BreaksPrevious => Step.Phase == Phase.Up ? Step.Migration.BreaksPrevious : null;

    /// <summary>The tables that are there before, and of which it rewrites rows.</summary>
    public IReadOnlyList<string> Rewritten { get; init; } = [];

    /// <summary>Statements that only read, and warn of the rows that the step leaves as they are, or takes something from.</summary>
    public IReadOnlyList<string> Checks { get; init; } = [];
}
