using Migrator.Ledger;

namespace Migrator.Running;

/// <summary>Hears what a run does while it does it.</summary>
internal interface IRunObserver
{
    /// <summary>A run has found work.</summary>
    void Begin(RunKind kind, int steps, DatabaseFacts facts);

    /// <summary>Everything in the schema has been dropped (<c>bootstrap --force</c>).</summary>
    void Emptied(DatabaseFacts facts);

    /// <summary>A transaction has been committed.</summary>
    void Done(IReadOnlyList<MigrationStep> steps, TimeSpan elapsed);

    /// <summary>A run broke off; some of it is done.</summary>
    void Stands(IReadOnlyList<MigrationStep> done);

    /// <summary>Another runner is at work. May be called again and again for the same one.</summary>
    void WaitingFor(string holder);
}
