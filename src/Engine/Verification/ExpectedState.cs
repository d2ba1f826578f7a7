using Migrations;
using Migrations.Compiling;
using Migrations.Model;
using Migrator.Ledger;

namespace Migrator.Verification;

/// <summary>The schema that a ledger stands for: that of the phases which it records, of whatever gateway version they are.</summary>
internal static class ExpectedState
{
    /// <summary>The schema for a ledger.</summary>
    /// <param name="ledger">The ledger.</param>
    public static SchemaModel Of(LedgerSnapshot ledger)
    {
        var state = SchemaState.From(Catalogue.For(GatewayVersion.Newest), ledger);

        // A few migrations make a table that a later one drops, and a newer gateway leaves both out. Where the later one is recorded, that
        // makes no difference; where it is not, an older gateway made the database, unless a bootstrap is still under way.
        var target = state.IsBootstrapIncomplete ? GatewayVersion.Default : GatewayVersion.Known[0];
        var model = ExpectedSchema.Ledger();
        foreach (var (migration, stands) in state.Subsystems.SelectMany(s => s.Migrations))
        {
            var entry = migration with { Target = target };
            if (stands is MigrationState.Executed or MigrationState.Pending)
            {
                ExpectedSchema.Apply(model, entry, Phase.Up);
            }

            if (stands is MigrationState.Executed && entry.HasFinish)
            {
                ExpectedSchema.Apply(model, entry, Phase.Finish);
            }
        }

        return model;
    }

    /// <summary>
    /// The tables, and the parts of tables, that migrations make which the ledger does not record, each with the migration.
    /// </summary>
    /// <remarks>They are there if a gateway was killed before it wrote the ledger, or if entries of the ledger were lost.</remarks>
    /// <param name="ledger">The ledger.</param>
    public static IReadOnlyDictionary<(string Table, string? Part), string> StillToMake(LedgerSnapshot ledger)
    {
        var made = new Dictionary<(string Table, string? Part), string>();
        foreach (var subsystem in GatewayNames.Versions.SelectMany(v => SchemaState.From(Catalogue.For(v), ledger).Subsystems))
        {
            foreach (var (migration, stands) in subsystem.Migrations.Where(m => m.State is not MigrationState.Executed))
            {
                var changes = stands is MigrationState.Pending ? [] : ExpectedSchema.Changes(migration, Phase.Up);
                changes = migration.HasFinish ? changes.Concat(ExpectedSchema.Changes(migration, Phase.Finish)) : changes;
                foreach (var name in changes.SelectMany(GatewayNames.MadeBy))
                {
                    made.TryAdd(name, $"{subsystem.Subsystem.Name}/{migration.Name}");
                }
            }
        }

        return made;
    }
}
