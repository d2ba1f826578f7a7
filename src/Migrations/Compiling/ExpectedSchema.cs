using FluentMigrator.Infrastructure;
using Migrations.Dsl;
using Migrations.Model;

namespace Migrations.Compiling;

/// <summary>The schema that phases of migrations leave behind, taken from the migrations themselves.</summary>
public static class ExpectedSchema
{
    /// <summary>Adds what a phase changes.</summary>
    /// <param name="model">The schema before it; afterwards the schema after it.</param>
    /// <param name="migration">The migration.</param>
    /// <param name="phase">The phase.</param>
    public static void Apply(SchemaModel model, MigrationEntry migration, Phase phase) =>
        Changes(migration, phase).ToList().ForEach(model.Apply);

    /// <summary>The ledger's own two tables.</summary>
    public static SchemaModel Ledger()
    {
        var model = new SchemaModel();
        foreach (var change in LedgerTables.Changes)
        {
            model.Apply(change);
        }

        return model;
    }

    /// <summary>What a phase changes, in order.</summary>
    public static IEnumerable<SchemaChange> Changes(MigrationEntry entry, Phase phase)
    {
        // Without a processor the expressions are only looked at.
        var context = new MigrationContext(null!, null!, connection: "");
        var migration = entry.Create(new GatewaySchema("public"));
        if (phase == Phase.Up)
        {
            migration.GetUpExpressions(context);
        }
        else
        {
            migration.GetDownExpressions(context);
        }

        return context.Expressions.SelectMany(SchemaChanges.Of);
    }
}
