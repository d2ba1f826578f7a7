namespace Migrator.Locking;

/// <summary>Our row in Kong's table <c>locks</c>: tracks whether it may exist, renews it and deletes it.</summary>
/// <remarks>A run has one instance, from the transaction that inserts the row to the one that deletes it.</remarks>
/// <param name="session">The connection.</param>
/// <param name="owner">The name of the run in the row.</param>
/// <param name="time">The clock.</param>
/// <param name="onStandby">Called when a COMMIT waits for a synchronous standby.</param>
/// <param name="onBlocked">Called with the sessions that a wait for a lock without a short limit is for, and what to do.</param>
internal sealed class OwnLockRow(
    IDatabaseSession session, string owner, TimeProvider time, Action? onStandby = null,
    Action<IReadOnlyList<string>, string>? onBlocked = null)
{
    /// <summary>The time between renewals: a quarter of the time after which other runners consider us dead.</summary>
    private static readonly TimeSpan BetweenRenewals = RunnerLiveness.BetweenTransactions / 4;

    private GatewaySchema? schema;
    private string? actsAs;
    private bool mayBeThere;

    /// <summary>Whether the next transaction has to insert the row first.</summary>
    public bool NeedsClaim { get; private set; } = true;

    /// <summary>Notes that a transaction begins, which may insert the row.</summary>
    /// <param name="names">The schema of the table.</param>
    /// <param name="tableExists">Whether the table exists; without it there is no row.</param>
    /// <param name="role">The role that the run acts as; null for the user.</param>
    public void Begin(GatewaySchema names, bool tableExists, string? role = null) =>
        (NeedsClaim, mayBeThere, schema, actsAs) = (true, tableExists, names, role);

    /// <summary>Notes that the transaction was committed.</summary>
    /// <param name="isReleased">Whether it deleted the row.</param>
    public void Committed(bool isReleased)
    {
        mayBeThere &= !isReleased;
        NeedsClaim = !mayBeThere;
    }

    /// <summary>Starts renewing the row on a second connection, and asking whether the server still works, until it is disposed.</summary>
    /// <param name="lockLimit">How long a statement waits for a lock; null or zero for no limit.</param>
    public Heartbeat KeepAlive(TimeSpan? lockLimit = null)
    {
        var endsSoon = lockLimit > TimeSpan.Zero && lockLimit <= session.Limits.Silence;
        return new(
            session, owner, schema!, renews: mayBeThere, actsAs, onStandby ?? (() => { }), endsSoon ? null : onBlocked, time);
    }

    /// <summary>Pauses, and renews the row meanwhile, which shows that this migrator is alive.</summary>
    /// <remarks>
    /// See <see cref="RunnerLiveness"/>. A renewal that fails is ignored: the next read of the database shows the state of the row.
    /// </remarks>
    public async Task PauseAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();

        // Task.Delay treats less than a millisecond as zero.
        for (var left = pause; left >= TimeSpan.FromMilliseconds(1); left = pause - time.GetElapsedTime(began))
        {
            await Task.Delay(left < BetweenRenewals ? left : BetweenRenewals, time, cancellationToken);
            if (mayBeThere)
            {
                await TryRenewAsync(cancellationToken);
            }
        }
    }

    /// <summary>Deletes the row if it may exist, so that other runners need not wait until it expires.</summary>
    /// <remarks>A failure is ignored: a row that remains expires, or another migrator replaces it.</remarks>
    public async Task ReleaseAsync()
    {
        if (!mayBeThere)
        {
            return;
        }

        // After a signal, the run has two seconds in all.
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(500), time);
        try
        {
            if (!session.IsOpen)
            {
                // Npgsql closes the connection after some errors, such as a full disk.
                await session.ReconnectAsync(TimeSpan.Zero, limit.Token);
            }

            await WriteAsync(KongLock.Release(schema!), limit.Token);
        }
        catch (Exception e) when (e is NpgsqlException or OperationCanceledException or MigratorException)
        {
            // The error that ended the run is reported instead.
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
            // The table was dropped, or the server is not reachable.
        }
    }

    private Task<bool> WriteAsync(string sql, CancellationToken cancellationToken) => session.SendAsync(
        [
            .. TransactionSql.BeginWriting(schema!.Name, new Limits()),
            .. TransactionSql.ActAs(actsAs),
            KongLock.Introduce(owner),
            new NpgsqlBatchCommand(SchemaGuard.Hold(schema, ["locks"])),
            new NpgsqlBatchCommand(sql),
            TransactionSql.Commit,
        ],
        _ => Task.FromResult(true),
        session.Limits.Read,
        cancellationToken);
}
