using Migrations.Dsl;
using Migrator.Errors;
using Migrator.Sessions;
using Npgsql;

namespace Migrator.Locking;

/// <summary>Renews our row in <c>locks</c> during a long transaction, on a second connection.</summary>
/// <remarks>
/// The first connection is busy. The second is opened only when the first renewal is due: most runs never need it. If it fails, Kong is
/// still kept out by the row lock, but then it waits in its DELETE instead of reporting who holds the lock, see <see cref="KongLock"/>.
/// </remarks>
internal sealed class Heartbeat : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly Task beating;

    /// <summary>Starts the heartbeat.</summary>
    /// <param name="session">The connection that is busy.</param>
    /// <param name="owner">The name of the run.</param>
    /// <param name="schema">The schema of the table.</param>
    /// <param name="time">The clock.</param>
    public Heartbeat(IDatabaseSession session, string owner, GatewaySchema schema, TimeProvider time) =>
        beating = BeatAsync(session, owner, schema, time);

    /// <summary>The time between renewals of a row that is valid for 60 seconds.</summary>
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
            // The transaction has ended, or the second connection failed.
        }
    }
}
