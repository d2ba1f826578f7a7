using Migrator.Ledger;

namespace Migrator.Running;

/// <summary>What a command has to do, given where the database stands; or why it may not.</summary>
internal static class RunPlan
{
    /// <summary>The steps, or for <see cref="RunKind.MigrateAndFinish"/> the next ones: after them another look shows what follows.</summary>
    /// <exception cref="Errors.MigratorException">The database is not in a state that the command works on.</exception>
    public static IReadOnlyList<MigrationStep> Of(RunKind kind, SchemaState state) => kind switch
    {
        RunKind.Bootstrap => NeedsBootstrap(state) ? StepPlanner.Bootstrap(state) : [],
        RunKind.Migrate or RunKind.MigrateAndFinish when NeedsBootstrap(state) => StepPlanner.Bootstrap(state),
        RunKind.MigrateAndFinish => state.HasPending ? StepPlanner.Finish(state) : StepPlanner.Up(state),
        RunKind.Finish when !state.HasLedger => throw Refusals.NeedsBootstrap("finish", state),
        RunKind.Finish => StepPlanner.Finish(state),
        RunKind.Up when NeedsBootstrap(state) => throw Refusals.NeedsBootstrap("up", state),
        _ when state is { HasPending: true, HasNew: true } => throw Refusals.NeedsFinish(state),
        _ => StepPlanner.Up(state),
    };

    /// <summary>Whether the ledger has what a step leaves behind.</summary>
    public static bool IsDone(MigrationStep step, SchemaState state) => state.Subsystems
        .Where(s => s.Subsystem.Name == step.Subsystem.Name).SelectMany(s => s.Migrations).Where(m => m.Migration.Name == step.Migration.Name)
        .Any(m => m.State == MigrationState.Executed || (m.State == MigrationState.Pending && step.Phase == Phase.Up));

    private static bool NeedsBootstrap(SchemaState state) => !state.HasLedger || state.IsHalfBootstrapped;
}
