using Migrator.Locking;
using Migrator.Resilience;

namespace Migrator.Execution;

/// <summary>Executes transactions, reports each one's outcome, and pauses after one that may be retried.</summary>
/// <remarks>
/// A transaction was committed, met a conflict with another runner, did not get a table lock, or lost its connection. After every
/// outcome but the first, the database must be read again.
/// </remarks>
internal sealed class TransactionRetry(
    IDatabaseSession session, RunOptions options, LockWaiter waiter, OwnLockRow row, IRunObserver observer)
{
    /// <summary>Less is no time for an attempt.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);

    private readonly TimeSpan? firstWait = FirstWait(options);

    // The first attempt has waited too, and its work before that is not counted.
    private readonly Backoff tableBackoff = new(
        options.LockTimeout - (FirstWait(options) ?? TimeSpan.Zero), TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(5), options.Time);

    private bool isRetry;
    private int blocked;

    /// <summary>Why the connection of the last transaction was lost whose outcome is in doubt.</summary>
    public Exception? Loss { get; private set; }

    /// <summary>The limits of the next attempt: it waits for a lock only as long as --lock-timeout lets it.</summary>
    public Limits Limits => firstWait is not { } first ? options.Limits : options.Limits with
    {
        Lock = !isRetry ? first : tableBackoff.Left < Shortest ? Shortest
            : tableBackoff.Left < options.Limits.Lock ? tableBackoff.Left : options.Limits.Lock,
    };

    /// <summary>Executes a transaction once.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="cancellationToken">Rolls back.</param>
    /// <exception cref="Errors.MigratorException">It failed, or was blocked for longer than --lock-timeout.</exception>
    public async Task<AttemptOutcome> ExecuteAsync(Func<Task> transaction, CancellationToken cancellationToken)
    {
        try
        {
            await transaction();
            tableBackoff.Restart();
            isRetry = false;
            waiter.Restart();
            return AttemptOutcome.Done;
        }
        catch (StepConflictException e)
        {
            // Another runner was quicker: the next read of the database shows which one, and the steps that are left.
            await waiter.PauseAfterConflictAsync(e, cancellationToken);
            return AttemptOutcome.ReadAgain;
        }
        catch (StepBlockedException e)
        {
            await PauseAsync(e, cancellationToken);
            return AttemptOutcome.ReadAgain;
        }
        catch (PostgresException e) when (e.SqlState == SessionErrors.IdleInTransactionTimeout)
        {
            // The transaction was idle for too long and the server ended the session. The next read opens a new connection.
            return AttemptOutcome.ReadAgain;
        }
        catch (CommitInDoubtException e)
        {
            Loss = e.InnerException;
            return AttemptOutcome.InDoubt;
        }
    }

    /// <summary>Pauses before the next attempt, so that traffic queued behind our lock request can proceed.</summary>
    private async Task PauseAsync(StepBlockedException reason, CancellationToken cancellationToken)
    {
        var blockers = await FindBlockersAsync(reason, cancellationToken);
        isRetry = true;
        if (tableBackoff.Left <= (firstWait is null ? TimeSpan.Zero : Shortest))
        {
            throw RunErrors.Blocked(reason, blockers, options);
        }

        observer.Blocked(reason.Step, [.. blockers.Select(b => b.Describe(options.Limits.Lock))], ++blocked);

        // The last attempt needs time too. Without a limit for it, it is made when the time is over.
        var (pause, left) = (tableBackoff.NextPause(), firstWait is null ? tableBackoff.Left : tableBackoff.Left / 2);
        await row.PauseAsync(pause < left ? pause : left, cancellationToken);
    }

    // With half a second more, an autovacuum is cancelled for a short --lock-timeout too.
    private static TimeSpan? FirstWait(RunOptions options)
    {
        var all = options.LockTimeout + TimeSpan.FromMilliseconds(500);
        return options.Limits.Lock is { } limit && limit > TimeSpan.Zero ? (limit < all ? limit : all) : null;
    }

    /// <summary>The sessions that hold the lock; empty if the query fails, as they are only needed for messages.</summary>
    private async Task<IReadOnlyList<Blocker>> FindBlockersAsync(StepBlockedException reason, CancellationToken cancellationToken)
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

/// <summary>The outcome of one execution of a transaction.</summary>
internal enum AttemptOutcome
{
    /// <summary>It was committed.</summary>
    Done,

    /// <summary>It was rolled back; the database must be read again.</summary>
    ReadAgain,

    /// <summary>The connection broke: it is unknown whether the transaction was committed.</summary>
    InDoubt,
}
