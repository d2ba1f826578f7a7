using Migrator.Connecting;
using Migrator.Ledger;
using Npgsql;

namespace Migrator.Running;

/// <summary>
/// Looks at the database until nobody else is at work: outside of any transaction in between, on the one connection. A look may be repeated
/// at will, so a connection that is lost here is made again.
/// </summary>
internal sealed class Lookout(DatabaseSession session, RunOptions options, IRunObserver observer)
{
    private const int MostReconnections = 5;
    private const int MostRaces = 20;
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan ForAnotherConnection = TimeSpan.FromSeconds(15);

    private readonly Others others = new(options.Name, options.Time);
    private readonly Patience forOthers = new(options.LockTimeout, First, TimeSpan.FromMilliseconds(500), options.Time);
    private readonly Patience forRaces = new(TimeSpan.Zero, TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(500), options.Time);
    private readonly Patience forPrimary = new(options.Wait, First, TimeSpan.FromSeconds(2), options.Time);
    private int reconnections;
    private int races;

    /// <summary>A migrator that is known to be dead, and whose row in <c>locks</c> is to be taken over; null for none.</summary>
    public string? Dead => others.Dead;

    /// <summary>The database, once nobody is at work on it.</summary>
    /// <exception cref="Errors.MigratorException">Somebody was for longer than --lock-timeout.</exception>
    public async Task<DatabaseFacts> LookAsync(CancellationToken cancel)
    {
        while (true)
        {
            var facts = await ReadAsync(cancel);
            if (others.AtWork(facts) is { } other)
            {
                if (forOthers.IsOver)
                {
                    throw Refusals.Busy(other, options);
                }

                observer.WaitingFor(other);
                await forOthers.PauseAsync(cancel);
            }
            else if (!await others.WantsSecondLookAsync(facts, cancel))
            {
                if (Dead is not null)
                {
                    observer.TakingOver(Dead);
                }

                return facts;
            }
        }
    }

    /// <summary>Whether the server is a standby that may yet become a primary, or give way to one: then the connection is a new one afterwards.</summary>
    public async Task<bool> IsStandbyAsync(DatabaseFacts facts, CancellationToken cancel)
    {
        if (!facts.InRecovery || forPrimary.IsOver)
        {
            return false;
        }

        observer.WaitingForPrimary(facts);
        await forPrimary.PauseAsync(cancel);
        await session.ReconnectAsync(ForAnotherConnection, cancel);
        return true;
    }

    /// <summary>Work was done: what is waited for from now on is waited for anew.</summary>
    public void Renew()
    {
        forOthers.Renew();
        races = 0;
    }

    /// <summary>Lets somebody who was quicker begin, before the next look.</summary>
    /// <exception cref="Errors.MigratorException">Somebody is always quicker, and --lock-timeout is over.</exception>
    public async Task GiveWayAsync(PostgresException refusal, CancellationToken cancel)
    {
        if (++races > MostRaces && forOthers.IsOver)
        {
            throw Refusals.Busy(refusal.MessageText, options);
        }

        await forRaces.PauseAsync(cancel);
    }

    /// <summary>Makes the connection again.</summary>
    public async Task ReconnectAsync(Exception lost, CancellationToken cancel)
    {
        reconnections++;
        observer.Reconnecting((lost.GetBaseException() is PostgresException e ? e.MessageText : lost.GetBaseException().Message).TrimEnd('.'));
        await session.ReconnectAsync(ForAnotherConnection, cancel);
    }

    private async Task<DatabaseFacts> ReadAsync(CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                return await DatabaseReader.ReadAsync(session, options.Schema, cancel);
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
            {
                const string Holder = "a session that keeps the ledger to itself, as a reset does";
                if (forOthers.IsOver)
                {
                    throw Refusals.Busy(Holder, options);
                }

                observer.WaitingFor(Holder);
                await forOthers.PauseAsync(cancel);
            }
            catch (NpgsqlException e) when (!session.IsOpen && reconnections < MostReconnections)
            {
                await ReconnectAsync(e, cancel);
            }
        }
    }
}
