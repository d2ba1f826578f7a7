using Migrator.Inspection;

namespace Migrator.Execution;

/// <summary>Hears what a run does while it does it.</summary>
internal interface IRunObserver
{
    /// <summary>A run has found work.</summary>
    void Begin(RunKind kind, IReadOnlyList<MigrationStep> steps, DatabaseFacts facts);

    /// <summary>What is in the schema has been dropped (<c>bootstrap --force</c>).</summary>
    void Emptied(DatabaseFacts facts);

    /// <summary>What is not Kong's is about to be dropped too (<c>--drop-everything</c>).</summary>
    void DroppingOthers(IReadOnlyList<string> others, DatabaseFacts facts);

    /// <summary>A transaction has been committed.</summary>
    void Done(IReadOnlyList<MigrationStep> steps, TimeSpan elapsed);

    /// <summary>A run broke off; some of it is done.</summary>
    void PartiallyCompleted(IReadOnlyList<MigrationStep> done);

    /// <summary>Another runner is at work. May be called again and again for the same one.</summary>
    void WaitingFor(string holder);

    /// <summary>A migrator died and left its row in <c>locks</c>; this run goes on in its place.</summary>
    void TakingOver(string dead);

    /// <summary>The server is a standby, and is given time to become a primary.</summary>
    void WaitingForPrimary(DatabaseFacts facts);

    /// <summary>A migration did not get its locks on tables in time, and will try again.</summary>
    void Blocked(MigrationStep? step, IReadOnlyList<string> blockers, int attempt);

    /// <summary>The connection was lost where nothing is lost with it: it is made again.</summary>
    void Reconnecting(string reason);

    /// <summary>The connection broke at COMMIT, and the ledger told what came of it.</summary>
    void CommitResolved(IReadOnlyList<MigrationStep> steps, bool committed);
}
