using Migrations;
using Migrations.Compiling;

namespace Migrator.Execution;

/// <summary>One phase of one migration: what a run consists of.</summary>
/// <param name="Subsystem">The subsystem.</param>
/// <param name="Migration">The migration.</param>
/// <param name="Phase">The phase.</param>
internal sealed record MigrationStep(Subsystem Subsystem, MigrationEntry Migration, Phase Phase)
{
    /// <summary>
    /// The phase has been done before (--force): its schema part is applied again, to mend what is missing. Rows are not rewritten a second
    /// time, which could ruin them, and the ledger stays as it is.
    /// </summary>
    public bool IsRepeated { get; init; }

    /// <summary>What the ledger has to say after the step: pending after an up phase that has a finish phase to follow.</summary>
    public bool LeavesPending => Phase == Phase.Up && Migration.HasFinish;

    /// <summary>As messages name it, e.g. <c>core/016_280_to_300 (finish)</c>.</summary>
    public override string ToString() =>
        $"{Subsystem.Name}/{Migration.Name}{(Phase == Phase.Finish ? " (finish)" : "")}{(IsRepeated ? " (again)" : "")}";
}
