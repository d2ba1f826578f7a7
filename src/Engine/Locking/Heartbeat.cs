namespace Migrator.Locking;

/// <summary>
/// During a long transaction, renews our row in <c>locks</c> on a second connection, and asks whether the server still works on the
/// transaction.
/// </summary>
/// <remarks>
/// The first connection is busy. The second is opened only when the first renewal is due: most runs never need it. If it fails, another
/// is opened a period later. Until then Kong is still kept out by the row lock, but it waits in its DELETE instead of reporting who holds
/// the lock, see <see cref="KongLock"/>; and an answer that was lost on the way is waited for.
/// </remarks>
internal sealed class Heartbeat : IAsyncDisposable
{
    // A message may be on its way to the server for a while.
    private const int SilentChecks = 8;

    private readonly CancellationTokenSource stop = new();
    private readonly TaskCompletionSource lost = new();
    private readonly Action onStandby;
    private readonly Action<IReadOnlyList<string>, string>? onBlocked;
    private readonly Task beating;
    private readonly string? actsAs;

    /// <summary>Starts the heartbeat.</summary>
    /// <param name="session">The connection that is busy.</param>
    /// <param name="owner">The name of the run.</param>
    /// <param name="schema">The schema of the table.</param>
    /// <param name="renews">Whether there is a row; a transaction that creates the table has none.</param>
    /// <param name="actsAs">The role that the run acts as; null for the user.</param>
    /// <param name="onStandby">Called when the COMMIT waits for a synchronous standby.</param>
    /// <param name="onBlocked">Called with the sessions that a long wait is for, and what to do; null if the wait is short.</param>
    /// <param name="time">The clock.</param>
    public Heartbeat(
        IDatabaseSession session, string owner, GatewaySchema schema, bool renews, string? actsAs, Action onStandby,
        Action<IReadOnlyList<string>, string>? onBlocked, TimeProvider time)
    {
        (this.actsAs, this.onStandby, this.onBlocked) = (actsAs, onStandby, onBlocked);
        beating = BeatAsync(session, owner, schema, renews, time);
    }

    /// <summary>Ends when the server no longer works on the transaction: it was ended, or its answer was lost on the way.</summary>
    public Task Lost => lost.Task;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await beating;
        stop.Dispose();
    }

    private async Task BeatAsync(IDatabaseSession session, string owner, GatewaySchema schema, bool renews, TimeProvider time)
    {
        try
        {
            do
            {
                await Task.Delay(session.Limits.Silence, time, stop.Token);
            }
            while (!await IsLostAsync(session, owner, schema, renews, time));

            lost.SetResult();
        }
        catch (OperationCanceledException)
        {
            // The transaction has ended.
        }
    }

    // False if the second connection cannot be had, or failed: then another is opened.
    private async Task<bool> IsLostAsync(IDatabaseSession session, string owner, GatewaySchema schema, bool renews, TimeProvider time)
    {
        var period = session.Limits.Silence;
        try
        {
            await using var second = await session.OpenAnotherAsync(stop.Token);
            for (var silent = 0; ;)
            {
                silent = await BeatAsync(second, owner, schema, renews, period, time) ? 0 : silent + 1;
                if (silent == SilentChecks)
                {
                    return true;
                }

                if (onBlocked is not null && await Blockers.OfWaitingAsync(second, schema.Name, stop.Token) is { Count: > 0 } blockers)
                {
                    onBlocked([.. blockers.Select(b => b.Text)], Blocker.Remedy(blockers));
                }

                await Task.Delay(period, time, stop.Token);
            }
        }
        catch (Exception e) when (e is NpgsqlException or MigratorException)
        {
            return false;
        }
    }

    // A transaction renews the row itself at its end, and holds it until its COMMIT. If that is what was lost, the question must be asked.
    private static string Renew(GatewaySchema schema) =>
        $"""
        DO $$
        BEGIN
          LOCK TABLE {schema.Qualify("locks")} IN ROW EXCLUSIVE MODE;
          IF NOT {SchemaGuard.IsWatched(schema, "'locks'")} THEN
            {KongLock.Renew(schema)};
          END IF;
        EXCEPTION
          WHEN lock_not_available THEN NULL;
        END
        $$
        """;

    // The server ends each statement within the period. After three periods no answer will come.
    private Task<bool> BeatAsync(
        IDatabaseSession second, string owner, GatewaySchema schema, bool renews, TimeSpan period, TimeProvider time) =>
        second.SendAsync(
            [
                .. TransactionSql.BeginWriting(schema.Name, new Limits(Statement: period, Lock: period / 10)),
                new NpgsqlBatchCommand("SET LOCAL synchronous_commit = 'local'"),
                KongLock.Introduce(owner),

                // As the user: the state of a session is visible to its own user.
                new NpgsqlBatchCommand($"SELECT {SchemaLock.IsAtWork} AS is_at_work, {SchemaLock.WaitsForStandby}"),
                .. renews ? TransactionSql.ActAs(actsAs).Append(new NpgsqlBatchCommand(Renew(schema))) : [],
                TransactionSql.Commit,
            ],
            async reader =>
            {
                do
                {
                    if (reader.FieldCount == 2 && reader.GetName(0) == "is_at_work" && await reader.ReadAsync(stop.Token))
                    {
                        if (reader.GetBoolean(1))
                        {
                            onStandby();
                        }

                        return reader.GetBoolean(0);
                    }
                }
                while (await reader.NextResultAsync(stop.Token));

                return true;
            },
            period * 3,
            stop.Token);
}
