using Migrations.Dsl;
using Migrator.Errors;
using Migrator.Sessions;
using Npgsql;

namespace Migrator.Locking;

/// <summary>
/// Our row in Kong's table <c>locks</c>, from the transaction that puts it there to the one that takes it away. A run has one of these; it
/// is the one place that knows whether the row may be there, and renews and releases it between transactions.
/// </summary>
/// <param name="session">The connection.</param>
/// <param name="owner">What the run calls itself in the row.</param>
/// <param name="time">The clock.</param>
internal sealed class OwnLockRow(IDatabaseSession session, string owner, TimeProvider time)
{
    /// <summary>Several times within the moment after which others take us for dead.</summary>
    private static readonly TimeSpan BetweenRenewals = RunnerLiveness.BetweenTransactions / 4;

    private GatewaySchema? schema;
    private bool mayBeThere;

    /// <summary>Whether the next transaction has to put the row there first.</summary>
    public bool NeedsClaim { get; private set; } = true;

    /// <summary>A transaction begins, and claims the row where that is needed.</summary>
    /// <param name="names">The schema of the table.</param>
    /// <param name="tableExists">Whether there is a table; if not, there is no row either.</param>
    public void Begin(GatewaySchema names, bool tableExists) => (NeedsClaim, mayBeThere, schema) = (true, tableExists, names);

    /// <summary>The transaction was committed.</summary>
    /// <param name="isReleased">Whether it took the row away.</param>
    public void Committed(bool isReleased)
    {
        mayBeThere &= !isReleased;
        NeedsClaim = !mayBeThere;
    }

    /// <summary>Renews the row on a second connection for as long as a transaction lasts.</summary>
    public Heartbeat KeepAlive() => new(session, owner, schema!, time);

    /// <summary>
    /// Waits, and shows meanwhile, by renewing the row, that it is not a dead migrator's (see <see cref="RunnerLiveness"/>). Best effort:
    /// the next look tells what became of the row.
    /// </summary>
    public async Task PauseAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();

        // Task.Delay takes less than a millisecond for nothing.
        for (var left = pause; left >= TimeSpan.FromMilliseconds(1); left = pause - time.GetElapsedTime(began))
        {
            await Task.Delay(left < BetweenRenewals ? left : BetweenRenewals, time, cancellationToken);
            if (mayBeThere)
            {
                await TryRenewAsync(cancellationToken);
            }
        }
    }

    /// <summary>
    /// Takes the row away if it may be there: others would have to find out that nobody works behind it. Best effort: a row that stays is
    /// taken over, or runs out.
    /// </summary>
    public async Task ReleaseAsync()
    {
        if (!mayBeThere)
        {
            return;
        }

        // After a signal there are two seconds for everything.
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(500), time);
        try
        {
            if (!session.IsOpen)
            {
                // Npgsql closes the connection after some errors, a full disk for one.
                await session.ReconnectAsync(TimeSpan.Zero, limit.Token);
            }

            await WriteAsync(KongLock.Release(schema!), limit.Token);
        }
        catch (Exception e) when (e is NpgsqlException or OperationCanceledException or MigratorException)
        {
            // Whatever ended the run is what there is to say.
        }

        mayBeThere = false;
    }

    private async Task TryRenewAsync(CancellationToken cancellationToken)
    {
        try
        {
            await WriteAsync(KongLock.Renew(schema!), cancellationToken);
        }
        catch (Exception e) when (e is NpgsqlException or MigratorException)
        {
            // There is no table any more, or no server just now.
        }
    }

    private Task WriteAsync(string sql, CancellationToken cancellationToken) => session.WriteAtOnceAsync(
        [
            .. TransactionSql.BeginWriting(schema!.Name, new Limits()),
            KongLock.Introduce(owner),
            new NpgsqlBatchCommand(sql),
            TransactionSql.Commit,
        ],
        cancellationToken);
}
