using Migrator.Inspection;
using Migrator.Locking;

namespace Migrator.Execution;

/// <summary>A reset: drops Kong's objects in the gateway's schema once no other runner works on it.</summary>
internal sealed class SchemaReset
{
    private readonly LockWaiter waiter;
    private readonly OwnLockRow row;
    private readonly SchemaDropping dropping;

    /// <summary>Creates a reset on a connection.</summary>
    public SchemaReset(IDatabaseSession session, RunOptions options, IRunObserver observer)
    {
        session.OnReconnecting = observer.Reconnecting;
        waiter = new LockWaiter(session, options, observer);
        row = new OwnLockRow(session, options.Name, options.Time, observer.WaitingForStandby, observer.WaitingForTable);
        var runner = new StepRunner(session, options, row);
        dropping = new SchemaDropping(
            session, options, waiter, runner, new TransactionRetry(session, options, waiter, row, observer), observer);
    }

    /// <summary>Waits until no other runner works on the database, and returns its facts.</summary>
    public Task<DatabaseFacts> WaitUntilFreeAsync(CancellationToken cancellationToken) => waiter.WaitUntilFreeAsync(cancellationToken);

    /// <summary>Refuses if other objects than Kong's would be dropped too.</summary>
    /// <exception cref="Errors.MigratorException">They would, and --drop-everything was not given. Nothing has been changed.</exception>
    public Task<SchemaContents> RequireNoForeignObjectsAsync(DatabaseFacts facts, CancellationToken cancellationToken) =>
        dropping.RequireNoForeignObjectsAsync(facts, cancellationToken);

    /// <summary>Drops the objects in one transaction.</summary>
    /// <param name="facts">The facts on which the reset was decided.</param>
    /// <param name="cancellationToken">Rolls back.</param>
    /// <exception cref="Errors.MigratorException">The reset failed; nothing has been dropped.</exception>
    public async Task RunAsync(DatabaseFacts facts, CancellationToken cancellationToken)
    {
        try
        {
            // Ends early if another reset has dropped the objects meanwhile.
            while (!facts.Ledger.IsEmpty)
            {
                if (await dropping.TryAsync(facts, cancellationToken))
                {
                    return;
                }

                facts = await waiter.WaitUntilFreeAsync(cancellationToken);
            }
        }
        finally
        {
            await row.ReleaseAsync();
        }
    }
}
