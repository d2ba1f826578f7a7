using Migrations.Dsl;
using Migrator.Errors;
using Migrator.Sessions;
using Npgsql;

namespace Migrator.Locking;

/// <summary>
/// Renews our row in <c>locks</c> while one transaction takes long, on a second connection, as the first is busy. It is made only when the
/// time has come: most runs never need it. Should it not work, Kongs are still kept out, see <see cref="KongLock"/>, though not as
/// politely.
/// </summary>
internal sealed class Heartbeat : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly Task beating;

    /// <summary>Begins.</summary>
    /// <param name="session">The connection that is busy.</param>
    /// <param name="owner">What the run calls itself.</param>
    /// <param name="schema">The schema of the table.</param>
    /// <param name="time">The clock.</param>
    public Heartbeat(IDatabaseSession session, string owner, GatewaySchema schema, TimeProvider time) =>
        beating = BeatAsync(session, owner, schema, time);

    /// <summary>How often a row that is good for a minute is renewed.</summary>
    public static TimeSpan Period { get; } = TimeSpan.FromSeconds(20);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await beating;
        stop.Dispose();
    }

    private async Task BeatAsync(IDatabaseSession session, string owner, GatewaySchema schema, TimeProvider time)
    {
        try
        {
            await Task.Delay(Period, time, stop.Token);
            await using var second = await session.OpenAnotherAsync(stop.Token);
            while (true)
            {
                await second.WriteAsync(
                    [
                        .. TransactionSql.BeginWriting(schema.Name, new Limits(Statement: Period, Lock: Period)),
                        KongLock.Introduce(owner),
                        new NpgsqlBatchCommand(KongLock.Renew(schema)),
                    ],
                    _ => Task.FromResult(true),
                    stop.Token);
                await Task.Delay(Period, time, stop.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or NpgsqlException or MigratorException or CommitInDoubtException)
        {
            // The transaction is over, or there is no second connection to be had.
        }
    }
}
