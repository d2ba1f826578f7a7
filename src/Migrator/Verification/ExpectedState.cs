using Migrations;
using Migrations.Compiling;
using Migrations.Dsl;
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
}
