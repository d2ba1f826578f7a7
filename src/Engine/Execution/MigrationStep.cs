using Migrations;
using Migrations.Compiling;

namespace Migrator.Execution;

/// <summary>One phase of one migration: the unit of work of a run.</summary>
/// <param name="Subsystem">The subsystem.</param>
/// <param name="Migration">The migration.</param>
/// <param name="Phase">The phase.</param>
internal sealed record MigrationStep(Subsystem Subsystem, MigrationEntry Migration, Phase Phase)
{
    /// <summary>
    /// Whether the phase was done before and is repeated (--force). Its schema part is applied again, to restore missing objects. Rows are
    /// not rewritten a second time, which could corrupt them, and the ledger does not change.
    /// </summary>
    public bool IsReapplied { get; init; }

    /// <summary>Whether the ledger lists the migration as pending after this step: an up phase whose finish phase follows.</summary>
    public bool LeavesPending => Phase == Phase.Up && Migration.HasFinish;

    /// <summary>The phase's name in JSON: <c>up</c> or <c>finish</c>.</summary>
    public string PhaseName => Phase == Phase.Finish ? "finish" : "up";

    /// <summary>The step's name in messages, e.g. <c>core/016_280_to_300 (finish)</c>.</summary>
    public override string ToString() =>
        $"{Subsystem.Name}/{Migration.Name}{(Phase == Phase.Finish ? " (finish)" : "")}{(IsReapplied ? " (again)" : "")}";
}
