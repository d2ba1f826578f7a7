using Migrator.Inspection;

namespace Migrator.Execution;

/// <summary>Receives the events of a run as they happen.</summary>
internal interface IRunObserver
{
    /// <summary>The run has steps to do and starts with them.</summary>
    void Begin(RunKind kind, IReadOnlyList<MigrationStep> steps, DatabaseFacts facts);

    /// <summary>Kong's objects, or all objects, in the schema have been dropped (<c>bootstrap --force</c>).</summary>
    void Dropped(DatabaseFacts facts);

    /// <summary>Objects that are not Kong's are about to be dropped too (<c>--drop-everything</c>).</summary>
    void DroppingForeignObjects(IReadOnlyList<string> others, DatabaseFacts facts);

    /// <summary>A transaction has been committed.</summary>
    void Done(IReadOnlyList<MigrationStep> steps, TimeSpan elapsed);

    /// <summary>The run ended with an error after some steps were committed.</summary>
    void PartiallyCompleted(IReadOnlyList<MigrationStep> done);

    /// <summary>Another runner is working on the schema. May be called repeatedly for the same one.</summary>
    void WaitingFor(string holder);

    /// <summary>A migrator died and left its row in <c>locks</c>; this run replaces the row and continues.</summary>
    void TakingOver(string dead);

    /// <summary>The server is part of a blue/green deployment, and its schema is about to change.</summary>
    /// <param name="parts">The parts of the deployment and their status.</param>
    void BlueGreen(string parts);

    /// <summary>The server is a standby; the run waits for a primary.</summary>
    void WaitingForPrimary(DatabaseFacts facts);

    /// <summary>A COMMIT waits for a synchronous standby. May be called repeatedly.</summary>
    void WaitingForStandby();

    /// <summary>A transaction waits for a lock, longer than a moment. May be called repeatedly.</summary>
    /// <param name="blockers">The sessions that it waits for.</param>
    /// <param name="remedy">What to do, which is the same as long as they are the same.</param>
    void WaitingForTable(IReadOnlyList<string> blockers, string remedy);

    /// <summary>A migration did not get its table locks in time; it is retried.</summary>
    void Blocked(MigrationStep? step, IReadOnlyList<string> blockers, int attempt);

    /// <summary>The connection was lost at a point where no work is lost; a new one is opened.</summary>
    void Reconnecting(string reason);

    /// <summary>The connection broke, and the run has found out whether the transaction was committed.</summary>
    void CommitResolved(IReadOnlyList<MigrationStep> steps, bool committed);
}
