using Migrations;
using Migrations.Compiling;
using Migrator.Ledger;

namespace Migrator.Execution;

/// <summary>Works out which steps a command takes, from the state of the database alone.</summary>
internal static class StepPlanner
{
    /// <summary>bootstrap: whatever is not done, both phases of each in turn. Kong does the core first, then plugin after plugin.</summary>
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

    /// <summary>up: the up phase of everything that has not begun.</summary>
    public static IReadOnlyList<MigrationStep> Up(SchemaState state) =>
    [
        .. state.Subsystems.SelectMany(s => s.Migrations
            .Where(m => m.State is MigrationState.New or MigrationState.Missing)
            .Select(m => new MigrationStep(s.Subsystem, m.Migration, Phase.Up))),
    ];

    /// <summary>--force: the schema part of everything that has been done already, in the order in which it was done.</summary>
    public static IReadOnlyList<MigrationStep> Again(SchemaState state) =>
    [
        .. state.Subsystems.SelectMany(s => s.Migrations.SelectMany(m => (m.State, m.Migration.HasFinish) switch
        {
            (MigrationState.Executed, true) =>
                [Repeated(s.Subsystem, m.Migration, Phase.Up), Repeated(s.Subsystem, m.Migration, Phase.Finish)],
            (MigrationState.Executed, false) or (MigrationState.Pending, _) => new[] { Repeated(s.Subsystem, m.Migration, Phase.Up) },
            _ => [],
        })),
    ];

    /// <summary>finish: the finish phase of everything that is pending.</summary>
    public static IReadOnlyList<MigrationStep> Finish(SchemaState state) =>
        [.. state.Subsystems.SelectMany(s => s.In(MigrationState.Pending).Select(m => new MigrationStep(s.Subsystem, m, Phase.Finish)))];

    private static MigrationStep Repeated(Subsystem subsystem, MigrationEntry migration, Phase phase) =>
        new(subsystem, migration, phase) { IsRepeated = true };
}
