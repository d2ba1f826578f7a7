using Migrations.Compiling;
using Migrations.Model;
using Migrator.Execution;
using Migrator.Inspection;
using Migrator.Ledger;
using Migrator.Verification;

namespace Migrator.Planning;

/// <summary>Works out what a command would do, from the code that does it: the steps of a run, and the statements of each.</summary>
internal static class Planner
{
    /// <summary>The plan.</summary>
    /// <param name="kind">What the command wants.</param>
    /// <param name="state">Where the database stands.</param>
    /// <param name="facts">The database.</param>
    /// <param name="conf">The kong.conf of the run, as a shell takes it.</param>
    /// <exception cref="Errors.MigratorException">The database is not in a state that the command works on.</exception>
    public static MigrationPlan Plan(RunKind kind, SchemaState state, DatabaseFacts facts, string conf)
    {
        facts.RequireLedgerOfTables();
        var model = facts.Ledger.IsEmpty ? new SchemaModel() : ExpectedState.Of(facts.Ledger);
        var transactions = new List<IReadOnlyList<PlannedStep>>();
        IReadOnlyList<MigrationStep> Steps() => RunPlan.Of(kind, state, facts.Database, conf);
        for (var steps = Steps(); steps.Count > 0; steps = Steps())
        {
            transactions.AddRange(MigrationRun.Transactions(steps, state.HasLedger).Select(transaction =>
                (IReadOnlyList<PlannedStep>)[.. transaction.Select(step => Plan(step, facts, model, isFresh: facts.Ledger.IsEmpty))]));
            state = After(state, steps);
            if (kind != RunKind.MigrateAndFinish)
            {
                break;
            }
        }

        return new MigrationPlan(transactions, facts.Ledger.IsEmpty);
    }

    private static PlannedStep Plan(MigrationStep step, DatabaseFacts facts, SchemaModel model, bool isFresh)
    {
        var statements = MigrationCompiler.Compile(step.Migration.Create(facts.Names), step.Phase, isFresh);
        var created = statements.SelectMany(s => s.Changes).OfType<TableCreated>().Select(c => c.Table).ToHashSet(StringComparer.Ordinal);

        // A table that is dropped, or whose rows are rewritten, if it exists: one that does not is left out.
        var changes = statements.SelectMany(s => s.Changes)
            .Where(c => c is not (TableDropped or RowsRewritten) || model.Tables.ContainsKey(c.Table)
                || created.Contains(c.Table)).ToList();
        var planned = new PlannedStep(step, changes, StepLocks.Of(changes, model))
        {
            Rewritten = [.. changes.OfType<RowsRewritten>().Select(c => c.Table).Distinct(StringComparer.Ordinal)
                .Where(model.Tables.ContainsKey)],
            Checks = [.. statements.Select(s => s.Check).OfType<string>()],
        };
        changes.ForEach(model.Apply);
        return planned;
    }

    /// <summary>The state once the steps are done.</summary>
    private static SchemaState After(SchemaState state, IReadOnlyList<MigrationStep> steps) => state with
    {
        HasLedger = true,
        Subsystems =
        [
            .. state.Subsystems.Select(s => s
                .With(Names(steps, s, leavesPending: true), MigrationState.Pending)
                .With(Names(steps, s, leavesPending: false), MigrationState.Executed)),
        ],
    };

    private static List<string> Names(IReadOnlyList<MigrationStep> steps, SubsystemState subsystem, bool leavesPending) =>
    [
        .. steps.Where(s => s.Subsystem.Name == subsystem.Subsystem.Name && s.LeavesPending == leavesPending).Select(s => s.Migration.Name),
    ];
}
