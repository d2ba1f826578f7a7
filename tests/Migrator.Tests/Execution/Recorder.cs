using Migrator.Execution;
using Migrator.Inspection;

namespace Migrator.Tests.Execution;

/// <summary>Records the messages of a run.</summary>
internal sealed class Recorder : IRunObserver
{
    /// <summary>The messages, in order.</summary>
    public List<string> Events { get; } = [];

    public void Begin(RunKind kind, IReadOnlyList<MigrationStep> steps, DatabaseFacts facts) => Events.Add($"begin {steps.Count}");

    public void Dropped(DatabaseFacts facts) => Events.Add("emptied");

    public void DroppingForeignObjects(IReadOnlyList<string> others, DatabaseFacts facts) => Events.Add("dropping others");

    public void Done(IReadOnlyList<MigrationStep> steps, TimeSpan elapsed) => Events.Add($"done {string.Join(", ", steps)}");

    public void PartiallyCompleted(IReadOnlyList<MigrationStep> done) => Events.Add($"partly {string.Join(", ", done)}");

    public void WaitingFor(string holder) => Events.Add($"waiting for {holder}");

    public void TakingOver(string dead) => Events.Add($"taking over {dead}");

    public void BlueGreen(string parts) => Events.Add($"blue/green: {parts}");

    public void WaitingForPrimary(DatabaseFacts facts) => Events.Add("waiting for a primary");

    public void WaitingForStandby() => Events.Add("waiting for a standby");

    public void WaitingForTable(IReadOnlyList<string> blockers, string remedy) => Events.Add($"waiting for {blockers.Count} sessions");

    public void Blocked(MigrationStep? step, IReadOnlyList<string> blockers, int attempt) => Events.Add($"blocked {attempt}");

    public void Reconnecting(string reason) => Events.Add($"reconnecting: {reason}");

    public void CommitResolved(IReadOnlyList<MigrationStep> steps, bool committed) =>
        Events.Add($"{(committed ? "committed" : "rolled back")} {string.Join(", ", steps)}");
}
