using Migrator.Inspection;
using Migrator.Ledger;

namespace Migrator.Execution;

/// <summary>The result of a run: the steps it did, and the state of the database.</summary>
/// <param name="Done">The steps that this run did, in order.</param>
/// <param name="State">The state of the database at the end.</param>
/// <param name="Facts">The facts of the database, as last read.</param>
internal sealed record RunOutcome(IReadOnlyList<MigrationStep> Done, SchemaState State, DatabaseFacts Facts)
{
    /// <summary>The number of migrations as text, e.g. "2 migrations". A migration counts once, even if both phases ran.</summary>
    public string Migrations => Done.DistinctBy(s => (s.Subsystem.Name, s.Migration.Name)).Count() is var count and not 1
        ? $"{count} migrations" : "1 migration";
}
