using FluentMigrator.Infrastructure;
using Migrations.Model;

namespace Migrations.Compiling;

/// <summary>Derives the schema that migrations produce from the migrations themselves.</summary>
public static class ExpectedSchema
{
    /// <summary>Applies the changes of a phase to a model.</summary>
    /// <param name="model">The schema before the phase. It is changed to the schema after the phase.</param>
    /// <param name="migration">The migration.</param>
    /// <param name="phase">The phase.</param>
    public static void Apply(SchemaModel model, MigrationEntry migration, Phase phase) =>
        Changes(migration, phase).ToList().ForEach(model.Apply);

    /// <summary>A model of the two tables that Kong creates before its first migration.</summary>
    public static SchemaModel Ledger()
    {
        var model = new SchemaModel();
        foreach (var change in LedgerTables.Changes)
        {
            model.Apply(change);
        }

        return model;
    }

    /// <summary>The changes of a phase, in order.</summary>
    public static IEnumerable<SchemaChange> Changes(MigrationEntry entry, Phase phase)
    {
        // No processor is needed, because the expressions are only read.
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
