using Migrations;

namespace Migrator.Ledger;

/// <summary>
/// Finds migrations of a later gateway in a ledger: the database is then newer than the target version. They are not changed.
/// </summary>
internal static class NewerMigrations
{
    /// <summary>The newer migrations in the ledger, in the form <c>core/024_380_to_390</c>.</summary>
    /// <param name="state">The state for the target version.</param>
    /// <param name="newest">The catalogue of the newest known version.</param>
    public static IReadOnlyList<string> In(SchemaState state, IReadOnlyList<Subsystem> newest) =>
    [
        .. newest.SelectMany(subsystem => Of(subsystem, UnknownIn(state, subsystem.Name))),
    ];

    private static IEnumerable<string> Of(Subsystem subsystem, HashSet<string> unknown) =>
        subsystem.Migrations.Where(m => unknown.Contains(m.Name)).Select(m => $"{subsystem.Name}/{m.Name}");

    private static HashSet<string> UnknownIn(SchemaState state, string subsystem) =>
    [
        .. state.Subsystems.Where(s => s.Subsystem.Name == subsystem).SelectMany(s => s.Unknown),
        .. state.Unknown.Where(r => r.Subsystem == subsystem).SelectMany(r => (r.Executed ?? []).Concat(r.Pending ?? [])),
    ];
}
