using Migrations.Compiling;
using Migrator.Ledger;

namespace Migrator.Execution;

/// <summary>Chooses the steps of a command from the state of the database, or refuses it.</summary>
internal static class RunPlan
{
    /// <summary>
    /// The steps of a command. For <see cref="RunKind.MigrateAndFinish"/> only the next ones: the plan is made again after them.
    /// </summary>
    /// <param name="kind">The kind of run.</param>
    /// <param name="state">The state of the database.</param>
    /// <param name="database">The name of the database, for messages.</param>
    /// <param name="conf">What follows -c in the commands of messages: <see cref="RunOptions.Conf"/>.</param>
    /// <exception cref="Errors.MigratorException">The command cannot run in this state of the database.</exception>
    public static IReadOnlyList<MigrationStep> Of(
        RunKind kind, SchemaState state, string database, string conf = "kong.conf") => kind switch
        {
            RunKind.Bootstrap => NeedsBootstrap(state) ? StepPlanner.Bootstrap(state) : [],
            RunKind.Migrate or RunKind.MigrateAndFinish when NeedsBootstrap(state) => StepPlanner.Bootstrap(state),
            RunKind.MigrateAndFinish => state is { HasPending: true, IsUpInterrupted: false } ? StepPlanner.Finish(state)
                : StepPlanner.Up(state),
            RunKind.Finish when NeedsBootstrap(state) && !HasSameStepsAsUp(state) =>
                throw RunErrors.NeedsBootstrap("finish", state, database, conf),
            RunKind.Finish => StepPlanner.Finish(state),
            RunKind.Up when NeedsBootstrap(state) && !HasSameStepsAsUp(state) =>
                throw RunErrors.NeedsBootstrap("up", state, database, conf),
            _ when state is { HasPending: true, HasNew: true, IsUpInterrupted: false } =>
                throw RunErrors.NeedsFinish(state, database, conf),
            _ => StepPlanner.Up(state),
        };

    /// <summary>Whether the ledger records a step as done. It does not record repeated steps, so those are done again.</summary>
    public static bool IsDone(MigrationStep step, SchemaState state) => !step.IsReapplied && state.Subsystems
        .Where(s => s.Subsystem.Name == step.Subsystem.Name).SelectMany(s => s.Migrations)
            .Where(m => m.Migration.Name == step.Migration.Name)
        .Any(m => m.State == MigrationState.Executed || (m.State == MigrationState.Pending && step.Phase == Phase.Up));

    /// <summary>Whether the steps left of an incomplete bootstrap are exactly those of an up.</summary>
    /// <remarks>Near its end, an interrupted bootstrap cannot be told from an interrupted up. Then up may do the steps.</remarks>
    private static bool HasSameStepsAsUp(SchemaState state) => state.HasLedger
        && StepPlanner.Bootstrap(state).SequenceEqual(StepPlanner.Up(state));

    private static bool NeedsBootstrap(SchemaState state) => !state.HasLedger || state.IsBootstrapIncomplete;
}
