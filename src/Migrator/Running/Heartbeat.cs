using Migrations;
using Migrator.Connecting;
using Migrator.Errors;
using Migrator.Ledger;
using Npgsql;

namespace Migrator.Running;

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
    /// <param name="options">Who renews what.</param>
    /// <param name="names">The schema of the table.</param>
    /// <param name="period">How often; a third of what the row is good for.</param>
    public Heartbeat(DatabaseSession session, RunOptions options, GatewaySchema names, TimeSpan period) =>
        beating = BeatAsync(session, options, names, period);

    /// <summary>How often a row that is good for a minute is renewed.</summary>
    public static TimeSpan Period { get; } = TimeSpan.FromSeconds(20);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await beating;
        stop.Dispose();
    }

    private async Task BeatAsync(DatabaseSession session, RunOptions options, GatewaySchema names, TimeSpan period)
    {
        try
        {
            await Task.Delay(period, options.Time, stop.Token);
            await using var second = await session.OpenAnotherAsync(stop.Token);
            while (true)
            {
                await second.WriteAsync(
                    [
                        .. TransactionSql.BeginWriting(names.Name, new Limits(Statement: period, Lock: period)),
                        KongLock.Introduce(options.Name),
                        new NpgsqlBatchCommand(KongLock.Renew(names)),
                    ],
                    _ => Task.FromResult(true),
                    stop.Token);
                await Task.Delay(period, options.Time, stop.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or NpgsqlException or MigratorException or CommitInDoubtException)
        {
            // The transaction is over, or there is no second connection to be had.
        }
    }
}
