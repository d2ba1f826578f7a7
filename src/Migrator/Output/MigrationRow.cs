using Migrator.Ledger;

namespace Migrator.Output;

/// <summary>A migration as <c>list</c> shows it.</summary>
/// <param name="State">Its state: executed, pending, missing, new or unknown.</param>
/// <param name="Subsystem">The subsystem.</param>
/// <param name="Migration">The name of the migration.</param>
/// <param name="Since">The gateway release that brought it; null if it is unknown.</param>
internal sealed record MigrationRow(string State, string Subsystem, string Migration, Version? Since)
{
    /// <summary>The state of a migration that is executed.</summary>
    public const string Executed = "executed";

    /// <summary>The state of a migration of another gateway version or of a plugin that is not bundled.</summary>
    public const string Unknown = "unknown";

    /// <summary>Returns every migration of the catalogue and of the ledger, subsystem by subsystem, the unknown ones last.</summary>
    public static IReadOnlyList<MigrationRow> Of(SchemaState state) =>
    [
        .. state.Subsystems.SelectMany(s => s.Migrations.Select(
            m => new MigrationRow(NameOf(m.State), s.Subsystem.Name, m.Migration.Name, m.Migration.Since))),
        .. state.Subsystems.SelectMany(s => s.Unknown.Select(name => new MigrationRow(Unknown, s.Subsystem.Name, name, Since: null))),
        .. state.Unknown.SelectMany(row => (row.Executed ?? []).Concat(row.Pending ?? []).Select(
            name => new MigrationRow(Unknown, row.Subsystem, name, Since: null))),
    ];

    private static string NameOf(MigrationState state) => state switch
    {
        MigrationState.Executed => Executed,
        MigrationState.Pending => "pending",
        MigrationState.Missing => "missing",
        _ => "new",
    };
}
