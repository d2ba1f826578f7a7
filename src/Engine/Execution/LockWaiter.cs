using Migrator.Inspection;
using Migrator.Locking;
using Migrator.Resilience;

namespace Migrator.Execution;

/// <summary>
/// Reads the database repeatedly until no other runner works on it. It waits outside any transaction, on the one connection of the run. A
/// read is harmless, so it is repeated if the connection is lost.
/// </summary>
internal sealed class LockWaiter(IDatabaseSession session, RunOptions options, IRunObserver observer)
{
    private const int MaxRaces = 20;
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(50);

    private readonly RunnerLiveness liveness = new(options.Name, options.Time);
    private readonly Backoff lockBackoff = new(options.LockTimeout, First, TimeSpan.FromMilliseconds(500), options.Time);
    private readonly Backoff raceBackoff = new(TimeSpan.Zero, TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(500), options.Time);
    private readonly Backoff primaryBackoff = new(options.Wait, First, TimeSpan.FromSeconds(2), options.Time);
    private int races;
    private (string Ends, string Text) locked = ("", "a session that has locked the ledger, for example a reset");

    /// <summary>A dead migrator whose row in <c>locks</c> this run replaces; null if there is none.</summary>
    public string? Dead => liveness.Dead;

    /// <summary>Waits until no other runner works on the database, and returns its facts.</summary>
    /// <exception cref="Errors.MigratorException">Another runner took longer than --lock-timeout.</exception>
    public async Task<DatabaseFacts> WaitUntilFreeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var facts = await ReadAsync(cancellationToken);
            if (liveness.FindActiveRunner(facts.Locks) is { } other)
            {
                await WaitForAsync(other, cancellationToken);
            }
            else if (!await liveness.NeedsSecondReadAsync(facts.Locks, cancellationToken))
            {
                if (Dead is not null)
                {
                    observer.TakingOver(Dead);
                }

                return facts;
            }
        }
    }

    /// <summary>If the server is a standby and --wait is not over: pauses, then reconnects, which may reach a primary.</summary>
    /// <returns>Whether it reconnected; the database must then be read again.</returns>
    public async Task<bool> IsStandbyAsync(DatabaseFacts facts, CancellationToken cancellationToken)
    {
        if (!facts.InRecovery || primaryBackoff.IsOver)
        {
            return false;
        }

        observer.WaitingForPrimary(facts);
        await primaryBackoff.PauseAsync(cancellationToken);
        await session.ReconnectAsync(session.Limits.Reconnect, cancellationToken);
        return true;
    }

    /// <summary>Restarts the time limits of the wait, after a step was committed.</summary>
    public void Restart()
    {
        lockBackoff.Restart();
        races = 0;
    }

    /// <summary>Pauses after a conflict, so that the other runner can start before the database is read again.</summary>
    /// <exception cref="Errors.MigratorException">Conflicts keep occurring, and --lock-timeout is over.</exception>
    public async Task PauseAfterConflictAsync(StepConflictException refusal, CancellationToken cancellationToken)
    {
        if (++races > MaxRaces && lockBackoff.IsOver)
        {
            throw RunErrors.TooManyConflicts(refusal.Message, options);
        }

        await raceBackoff.PauseAsync(cancellationToken);
    }

    private async Task<DatabaseFacts> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var began = options.Time.GetTimestamp();
            try
            {
                return await DatabaseReader.ReadAsync(session, options.Schema, cancellationToken);
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
            {
                // The read has waited for it.
                lockBackoff.Start(began);
                var blockers = Blockers.In(e);
                if (lockBackoff.IsOver)
                {
                    throw RunErrors.LedgerLocked(blockers, options);
                }

                // How long it has been there changes, and is said once for each session.
                var ends = string.Concat(blockers.Select(b => b.EndSql));
                if (ends.Length > 0 && ends != locked.Ends)
                {
                    locked = (ends, "a session that has locked the ledger: " + string.Join("; ", blockers.Select(b => b.Text)));
                }

                observer.WaitingFor(locked.Text);
                await lockBackoff.PauseAsync(cancellationToken);
            }
            catch (NpgsqlException e) when (!session.IsOpen && session.MayReconnect && e is not UnexpectedAnswerException)
            {
                // The session opens a new connection for the next read.
            }
        }
    }

    /// <summary>Pauses before the next read. In a queue the holders change: --lock-timeout applies to each one.</summary>
    private async Task WaitForAsync(OtherRunner other, CancellationToken cancellationToken)
    {
        if (lockBackoff.IsOverFor(other.Identity))
        {
            throw RunErrors.Busy(other.Description, options);
        }

        observer.WaitingFor(other.Description);
        await lockBackoff.PauseAsync(cancellationToken);
    }
}
