using Migrator.Execution;
using Migrator.Inspection;

namespace Migrator.Tests.Execution;

/// <summary>Records the messages of a run.</summary>
internal sealed class Recorder : IRunObserver
{
    /// <summary>The messages, in order.</summary>
    public List<string> Said { get; } = [];

    public void Begin(RunKind kind, IReadOnlyList<MigrationStep> steps, DatabaseFacts facts) => Said.Add($"begin {steps.Count}");

    public void Dropped(DatabaseFacts facts) => Said.Add("emptied");

    public void DroppingForeignObjects(IReadOnlyList<string> others, DatabaseFacts facts) => Said.Add("dropping others");

    public void Done(IReadOnlyList<MigrationStep> steps, TimeSpan elapsed) => Said.Add($"done {string.Join(", ", steps)}");

    public void PartiallyCompleted(IReadOnlyList<MigrationStep> done) => Said.Add($"partly {string.Join(", ", done)}");

    public void WaitingFor(string holder) => Said.Add($"waiting for {holder}");

    public void TakingOver(string dead) => Said.Add($"taking over {dead}");

    public void WaitingForPrimary(DatabaseFacts facts) => Said.Add("waiting for a primary");

    public void Blocked(MigrationStep? step, IReadOnlyList<string> blockers, int attempt) => Said.Add($"blocked {attempt}");

    public void Reconnecting(string reason) => Said.Add($"reconnecting: {reason}");

    public void CommitResolved(IReadOnlyList<MigrationStep> steps, bool committed) =>
        Said.Add($"{(committed ? "committed" : "rolled back")} {string.Join(", ", steps)}");
}
