using Migrations;
using Migrations.Compiling;
using Migrator.Ledger;

namespace Migrator.Execution;

/// <summary>Plans the steps of a command from the state of the database alone.</summary>
internal static class StepPlanner
{
    /// <summary>bootstrap: all steps that are not done, both phases of each migration in turn.</summary>
    /// <remarks>Kong: the core comes first, then plugin after plugin.</remarks>
    public static IReadOnlyList<MigrationStep> Bootstrap(SchemaState state) =>
    [
        .. state.Subsystems.SelectMany(s => s.Migrations.SelectMany(m => (m.State, m.Migration.HasFinish) switch
        {
            (MigrationState.Executed, _) => [],
            (MigrationState.Pending, _) => [new MigrationStep(s.Subsystem, m.Migration, Phase.Finish)],
            (_, false) => [new MigrationStep(s.Subsystem, m.Migration, Phase.Up)],
            (_, true) => new[] { new MigrationStep(s.Subsystem, m.Migration, Phase.Up),
                new MigrationStep(s.Subsystem, m.Migration, Phase.Finish) },
        })),
    ];

    /// <summary>up: the up phase of every new or missing migration.</summary>
    public static IReadOnlyList<MigrationStep> Up(SchemaState state) =>
    [
        .. state.Subsystems.SelectMany(s => s.Migrations
            .Where(m => m.State is MigrationState.New or MigrationState.Missing)
            .Select(m => new MigrationStep(s.Subsystem, m.Migration, Phase.Up))),
    ];

    /// <summary>--force: the steps that are already done, to repeat their schema part in the original order.</summary>
    public static IReadOnlyList<MigrationStep> Reapply(SchemaState state) =>
    [
        .. state.Subsystems.SelectMany(s => s.Migrations.SelectMany(m => (m.State, m.Migration.HasFinish) switch
        {
            (MigrationState.Executed, true) =>
                [Repeated(s.Subsystem, m.Migration, Phase.Up), Repeated(s.Subsystem, m.Migration, Phase.Finish)],
            (MigrationState.Executed, false) or (MigrationState.Pending, _) => new[] { Repeated(s.Subsystem, m.Migration, Phase.Up) },
            _ => [],
        })),
    ];

    /// <summary>finish: the finish phase of every pending migration.</summary>
    public static IReadOnlyList<MigrationStep> Finish(SchemaState state) =>
        [.. state.Subsystems.SelectMany(s => s.In(MigrationState.Pending).Select(m => new MigrationStep(s.Subsystem, m, Phase.Finish)))];

    private static MigrationStep Repeated(Subsystem subsystem, MigrationEntry migration, Phase phase) =>
        new(subsystem, migration, phase) { IsReapplied = true };
}
