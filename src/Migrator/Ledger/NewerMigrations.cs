using Migrations;

namespace Migrator.Ledger;

/// <summary>
/// Tells a database that is newer than the target version: its ledger names migrations of a later gateway. They are left alone.
/// </summary>
internal static class NewerMigrations
{
    /// <summary>The newer migrations in the ledger, each as <c>core/024_380_to_390</c>.</summary>
    /// <param name="state">The state, worked out for the target version.</param>
    /// <param name="newest">The catalogue of the newest version that we know.</param>
    public static IReadOnlyList<string> In(SchemaState state, IReadOnlyList<Subsystem> newest) =>
    [
        .. newest.SelectMany(subsystem => subsystem.Migrations.Where(m => UnknownIn(state, subsystem.Name).Contains(m.Name))
            .Select(m => $"{subsystem.Name}/{m.Name}")),
    ];

    private static HashSet<string> UnknownIn(SchemaState state, string subsystem) =>
    [
        .. state.Subsystems.Where(s => s.Subsystem.Name == subsystem).SelectMany(s => s.Unknown),
        .. state.Unknown.Where(r => r.Subsystem == subsystem).SelectMany(r => (r.Executed ?? []).Concat(r.Pending ?? [])),
    ];
}
