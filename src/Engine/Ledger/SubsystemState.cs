using Migrations;

namespace Migrator.Ledger;

/// <summary>The states of the migrations of one subsystem.</summary>
/// <param name="Subsystem">The subsystem in the catalogue.</param>
/// <param name="Migrations">Its migrations with their states, in Kong's order.</param>
/// <param name="Unknown">Names in the ledger that are not in the catalogue: of a newer gateway or a very old one.</param>
internal sealed record SubsystemState(
    Subsystem Subsystem, IReadOnlyList<(MigrationEntry Migration, MigrationState State)> Migrations, IReadOnlyList<string> Unknown)
{
    /// <summary>The migrations in one state, in order.</summary>
    public IEnumerable<MigrationEntry> In(MigrationState state) => Migrations.Where(m => m.State == state).Select(m => m.Migration);

    /// <summary>Returns a copy in which the named migrations have another state.</summary>
    /// <param name="names">The names of the migrations.</param>
    /// <param name="state">Their new state.</param>
    public SubsystemState With(IReadOnlyCollection<string> names, MigrationState state) => this with
    {
        Migrations = [.. Migrations.Select(m => names.Contains(m.Migration.Name, StringComparer.Ordinal) ? (m.Migration, state) : m)],
    };

    /// <summary>Compares a subsystem with its row in the ledger.</summary>
    /// <param name="subsystem">The subsystem.</param>
    /// <param name="row">The row; null if there is none.</param>
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
