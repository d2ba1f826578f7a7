using Migrator.Locking;
using Migrator.Resilience;
using Migrator.Sessions;
using Npgsql;

namespace Migrator.Execution;

/// <summary>
/// Makes one transaction after the other, each until it is clear what became of it: it was committed, somebody else was quicker, a table
/// was not to be had, or the connection broke at COMMIT. After all but the first the database has to be looked at again.
/// </summary>
internal sealed class TransactionRetry(
    IDatabaseSession session, RunOptions options, LockWaiter waiter, OwnLockRow row, IRunObserver observer)
{
    private readonly Backoff tableBackoff = new(options.LockTimeout, TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(5), options.Time);
    private int blocked;

    /// <summary>Makes an attempt.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="cancellationToken">Rolls back.</param>
    /// <exception cref="Errors.MigratorException">It failed, or it is blocked for longer than --lock-timeout.</exception>
    public async Task<AttemptOutcome> ExecuteAsync(Func<Task> transaction, CancellationToken cancellationToken)
    {
        try
        {
            await transaction();
            tableBackoff.Renew();
            waiter.Renew();
            return AttemptOutcome.Done;
        }
        catch (StepConflictException e)
        {
            // Another runner was quicker: the next look at the database says who, and what is left.
            await waiter.GiveWayAsync(e, cancellationToken);
            return AttemptOutcome.LookAgain;
        }
        catch (StepBlockedException e)
        {
            await PauseAsync(e, cancellationToken);
            return AttemptOutcome.LookAgain;
        }
        catch (PostgresException e) when (e.SqlState == SessionErrors.IdleInTransactionTimeout)
        {
            // We stood still, and the server let others go on: it has rolled back. The next look makes another connection.
            return AttemptOutcome.LookAgain;
        }
        catch (CommitInDoubtException)
        {
            return AttemptOutcome.InDoubt;
        }
    }

    /// <summary>Lets the traffic that has queued up behind us through before the next attempt.</summary>
    private async Task PauseAsync(StepBlockedException reason, CancellationToken cancellationToken)
    {
        var blockers = await FindBlockersAsync(reason, cancellationToken);
        if (tableBackoff.IsOver)
        {
            throw Refusals.Blocked(reason, blockers, options);
        }

        observer.Blocked(reason.Step, blockers, ++blocked);
        await row.PauseAsync(tableBackoff.NextPause(), cancellationToken);
    }

    /// <summary>Best effort: who is in the way is good to know, and no reason to end.</summary>
    private async Task<IReadOnlyList<string>> FindBlockersAsync(StepBlockedException reason, CancellationToken cancellationToken)
    {
        try
        {
            return await Blockers.FindAsync(session, options.Schema, reason.Step is null ? "" : reason.Statement, cancellationToken);
        }
        catch (NpgsqlException)
        {
            return [];
        }
    }
}

/// <summary>What became of an attempt.</summary>
internal enum AttemptOutcome
{
    /// <summary>It was committed.</summary>
    Done,

    /// <summary>Nothing of it is left.</summary>
    LookAgain,

    /// <summary>It was committed, or nothing of it is left: only the ledger knows.</summary>
    InDoubt,
}
