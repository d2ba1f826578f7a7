using Migrator.Inspection;
using Migrator.Ledger;

namespace Migrator.Execution;

/// <summary>The result of a run: the steps it did, and the state of the database.</summary>
/// <param name="Done">The steps that this run did, in order.</param>
/// <param name="State">The state of the database at the end.</param>
/// <param name="Before">The facts of the database when the run began.</param>
/// <param name="Facts">The facts of the database, as last read.</param>
internal sealed record RunOutcome(IReadOnlyList<MigrationStep> Done, SchemaState State, DatabaseFacts Before, DatabaseFacts Facts)
{
    /// <summary>The number of migrations that were run. A migration counts once, even if both phases ran.</summary>
    public int Migrations => Count(Done.Where(s => !s.IsReapplied));

    /// <summary>The number of migrations whose schema part was applied again (--force).</summary>
    public int Reapplied => Count(Done.Where(s => s.IsReapplied));

    private static int Count(IEnumerable<MigrationStep> steps) => steps.DistinctBy(s => (s.Subsystem.Name, s.Migration.Name)).Count();
}
