using Migrations;

namespace Migrator.Ledger;

/// <summary>Where the migrations of one subsystem stand.</summary>
/// <param name="Subsystem">The subsystem of our catalogue.</param>
/// <param name="Migrations">Its migrations, in Kong's order, each with its state.</param>
/// <param name="Unknown">Names in the ledger that the catalogue does not have: of a newer gateway, or of long ago.</param>
internal sealed record SubsystemState(
    Subsystem Subsystem, IReadOnlyList<(MigrationEntry Migration, MigrationState State)> Migrations, IReadOnlyList<string> Unknown)
{
    /// <summary>The migrations in one state, in order.</summary>
    public IEnumerable<MigrationEntry> In(MigrationState state) => Migrations.Where(m => m.State == state).Select(m => m.Migration);

    /// <summary>The same subsystem once some of its migrations have another state.</summary>
    /// <param name="names">The names of these migrations.</param>
    /// <param name="state">Their state.</param>
    public SubsystemState With(IReadOnlyCollection<string> names, MigrationState state) => this with
    {
        Migrations = [.. Migrations.Select(m => names.Contains(m.Migration.Name, StringComparer.Ordinal) ? (m.Migration, state) : m)],
    };

    /// <summary>Holds a subsystem against its row of the ledger.</summary>
    /// <param name="subsystem">The subsystem.</param>
    /// <param name="row">Its row; null where there is none.</param>
    public static SubsystemState From(Subsystem subsystem, LedgerRow? row)
    {
        var executed = row?.Executed ?? [];
        var pending = row?.Pending ?? [];
        var last = subsystem.Migrations.Count - 1;
        while (last >= 0 && subsystem.Migrations[last].Name != row?.LastExecuted)
        {
            last--;
        }

        var migrations = subsystem.Migrations.Select((m, at) => (m, StateOf(m.Name, at))).ToList();
        var known = subsystem.Migrations.Select(m => m.Name).ToHashSet(StringComparer.Ordinal);
        return new SubsystemState(
            subsystem, migrations, [.. executed.Concat(pending).Where(n => !known.Contains(n)).Distinct(StringComparer.Ordinal)]);

        MigrationState StateOf(string name, int at) =>
            executed.Contains(name, StringComparer.Ordinal) ? MigrationState.Executed
            : pending.Contains(name, StringComparer.Ordinal) ? MigrationState.Pending
            : at < last ? MigrationState.Missing
            : MigrationState.New;
    }
}
