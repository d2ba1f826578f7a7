using Migrations.Compiling;
using Migrator.Ledger;

namespace Migrator.Execution;

/// <summary>What a command has to do, given where the database stands; or why it may not.</summary>
internal static class RunPlan
{
    /// <summary>
    /// The steps, or for <see cref="RunKind.MigrateAndFinish"/> the next ones: after them another look shows what follows.
    /// </summary>
    /// <param name="kind">What the command wants.</param>
    /// <param name="state">Where the database stands.</param>
    /// <param name="conf">The kong.conf of the run, as a shell takes it, for what is said to do.</param>
    /// <exception cref="Errors.MigratorException">The database is not in a state that the command works on.</exception>
    public static IReadOnlyList<MigrationStep> Of(RunKind kind, SchemaState state, string conf = "kong.conf") => kind switch
    {
        RunKind.Bootstrap => NeedsBootstrap(state) ? StepPlanner.Bootstrap(state) : [],
        RunKind.Migrate or RunKind.MigrateAndFinish when NeedsBootstrap(state) => StepPlanner.Bootstrap(state),
        RunKind.MigrateAndFinish => state is { HasPending: true, IsHalfUpgraded: false } ? StepPlanner.Finish(state)
            : StepPlanner.Up(state),
        RunKind.Finish when NeedsBootstrap(state) && !IsTheSameByUp(state) => throw Refusals.NeedsBootstrap("finish", state, conf),
        RunKind.Finish => StepPlanner.Finish(state),
        RunKind.Up when NeedsBootstrap(state) && !IsTheSameByUp(state) => throw Refusals.NeedsBootstrap("up", state, conf),
        _ when state is { HasPending: true, HasNew: true, IsHalfUpgraded: false } => throw Refusals.NeedsFinish(state, conf),
        _ => StepPlanner.Up(state),
    };

    /// <summary>Whether the ledger has what a step leaves behind. Of a repeated one it knows nothing: that is done once more.</summary>
    public static bool IsDone(MigrationStep step, SchemaState state) => !step.IsRepeated && state.Subsystems
        .Where(s => s.Subsystem.Name == step.Subsystem.Name).SelectMany(s => s.Migrations)
            .Where(m => m.Migration.Name == step.Migration.Name)
        .Any(m => m.State == MigrationState.Executed || (m.State == MigrationState.Pending && step.Phase == Phase.Up));

    /// <summary>
    /// Near its end, a bootstrap that was cut short looks exactly like an up that was: where the same steps are left in either case, up
    /// takes them.
    /// </summary>
    private static bool IsTheSameByUp(SchemaState state) => state.HasLedger
        && StepPlanner.Bootstrap(state).SequenceEqual(StepPlanner.Up(state));

    private static bool NeedsBootstrap(SchemaState state) => !state.HasLedger || state.IsHalfBootstrapped;
}
