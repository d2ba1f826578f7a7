using Migrator.Inspection;
using Migrator.Locking;
using Migrator.Sessions;

namespace Migrator.Execution;

/// <summary>A reset: look at the database, and drop what is Kong's in the gateway's schema once nobody else is at work.</summary>
internal sealed class SchemaReset
{
    private readonly LockWaiter waiter;
    private readonly OwnLockRow row;
    private readonly SchemaEmptying emptying;

    /// <summary>A reset on a connection.</summary>
    public SchemaReset(IDatabaseSession session, RunOptions options, IRunObserver observer)
    {
        session.OnReconnecting = observer.Reconnecting;
        waiter = new LockWaiter(session, options, observer);
        row = new OwnLockRow(session, options.Name, options.Time);
        var runner = new StepRunner(session, options, row);
        emptying = new SchemaEmptying(
            session, options, waiter, runner, new TransactionRetry(session, options, waiter, row, observer), observer);
    }

    /// <summary>The database, once nobody else is at work on it.</summary>
    public Task<DatabaseFacts> LookAsync(CancellationToken cancellationToken) => waiter.LookAsync(cancellationToken);

    /// <summary>Refuses where something of others would go too.</summary>
    /// <exception cref="Errors.MigratorException">It would, and --drop-everything was not given. Nothing has been changed.</exception>
    public Task RequireOnlyKongsAsync(DatabaseFacts facts, CancellationToken cancellationToken) =>
        emptying.RequireOnlyKongsAsync(facts, cancellationToken);

    /// <summary>Drops it, in one transaction.</summary>
    /// <param name="facts">The database as it was when that was decided.</param>
    /// <param name="cancellationToken">Rolls back.</param>
    /// <exception cref="Errors.MigratorException">It could not; nothing has been dropped.</exception>
    public async Task RunAsync(DatabaseFacts facts, CancellationToken cancellationToken)
    {
        try
        {
            // Whoever resets beside us leaves nothing to drop.
            while (!facts.Ledger.IsEmpty)
            {
                if (await emptying.TryAsync(facts, cancellationToken))
                {
                    return;
                }

                facts = await waiter.LookAsync(cancellationToken);
            }
        }
        finally
        {
            await row.ReleaseAsync();
        }
    }
}
