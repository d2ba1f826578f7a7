using Migrator.Inspection;
using Migrator.Ledger;

namespace Migrator.Execution;

/// <summary>What a run did, and where the database stands now.</summary>
/// <param name="Done">The steps that this run did, in order.</param>
/// <param name="State">The state of the database at the end.</param>
/// <param name="Facts">The facts of the database, as last read.</param>
internal sealed record RunOutcome(IReadOnlyList<MigrationStep> Done, SchemaState State, DatabaseFacts Facts)
{
    /// <summary>How many migrations the run worked on, in words; one that went through both phases, or was repeated, counts once.</summary>
    public string Migrations => Done.DistinctBy(s => (s.Subsystem.Name, s.Migration.Name)).Count() is var count and not 1
        ? $"{count} migrations" : "1 migration";
}
