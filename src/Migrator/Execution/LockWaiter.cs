using Migrator.Inspection;
using Migrator.Locking;
using Migrator.Resilience;
using Migrator.Sessions;
using Npgsql;

namespace Migrator.Execution;

/// <summary>
/// Looks at the database until nobody else is at work: outside of any transaction in between, on the one connection. A look may be repeated
/// at will, so one during which the connection is lost is made again.
/// </summary>
internal sealed class LockWaiter(IDatabaseSession session, RunOptions options, IRunObserver observer)
{
    private const int MostRaces = 20;
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(50);

    private readonly RunnerLiveness liveness = new(options.Name, options.Time);
    private readonly Backoff lockBackoff = new(options.LockTimeout, First, TimeSpan.FromMilliseconds(500), options.Time);
    private readonly Backoff raceBackoff = new(TimeSpan.Zero, TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(500), options.Time);
    private readonly Backoff primaryBackoff = new(options.Wait, First, TimeSpan.FromSeconds(2), options.Time);
    private int races;

    /// <summary>A migrator that is known to be dead, and whose row in <c>locks</c> is to be taken over; null for none.</summary>
    public string? Dead => liveness.Dead;

    /// <summary>The database, once nobody is at work on it.</summary>
    /// <exception cref="Errors.MigratorException">Somebody was for longer than --lock-timeout.</exception>
    public async Task<DatabaseFacts> LookAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var facts = await ReadAsync(cancellationToken);
            if (liveness.AtWork(facts.Locks) is { } other)
            {
                await WaitForAsync(other, cancellationToken);
            }
            else if (!await liveness.WantsSecondLookAsync(facts.Locks, cancellationToken))
            {
                if (Dead is not null)
                {
                    observer.TakingOver(Dead);
                }

                return facts;
            }
        }
    }

    /// <summary>
    /// Whether the server is a standby that may yet become a primary, or give way to one: then the connection is a new one afterwards.
    /// </summary>
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

    /// <summary>Work was done: what is waited for from now on is waited for anew.</summary>
    public void Renew()
    {
        lockBackoff.Renew();
        races = 0;
    }

    /// <summary>Lets somebody who was quicker begin, before the next look.</summary>
    /// <exception cref="Errors.MigratorException">Somebody is always quicker, and --lock-timeout is over.</exception>
    public async Task GiveWayAsync(StepConflictException refusal, CancellationToken cancellationToken)
    {
        if (++races > MostRaces && lockBackoff.IsOver)
        {
            throw Refusals.AlwaysTooLate(refusal.Message, options);
        }

        await raceBackoff.PauseAsync(cancellationToken);
    }

    private async Task<DatabaseFacts> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await DatabaseReader.ReadAsync(session, options.Schema, cancellationToken);
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
            {
                await WaitForAsync(Other.Unknown("a session that keeps the ledger to itself, as a reset does"), cancellationToken);
            }
            catch (NpgsqlException e) when (!session.IsOpen && session.MayReconnect && e is not UnexpectedAnswerException)
            {
                // The session makes another connection for the next look.
            }
        }
    }

    /// <summary>Waits before the next look. Whoever waits in a queue sees one holder after the other: each of them has the time.</summary>
    private async Task WaitForAsync(Other other, CancellationToken cancellationToken)
    {
        if (lockBackoff.IsOverFor(other.Identity))
        {
            throw Refusals.Busy(other.Description, options);
        }

        observer.WaitingFor(other.Description);
        await lockBackoff.PauseAsync(cancellationToken);
    }
}
