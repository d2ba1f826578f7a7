using System.Data.Common;
using Npgsql;

namespace Migrator.Sessions;

/// <summary>
/// Waits for an answer of the server, and not longer than it may take. Npgsql's own limits end with a cancel request on a connection of its
/// own, which a network that swallows everything swallows too: so whoever waits here goes on without it.
/// </summary>
internal static class Exchange
{
    /// <summary>Runs an exchange.</summary>
    /// <param name="exchange">Sends something and reads the answer; its token asks it to stop.</param>
    /// <param name="limit">How long it may take; null for no limit.</param>
    /// <param name="afterSignal">How long it may take once the run was cancelled.</param>
    /// <param name="abandon">Takes over what has not ended in time.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <exception cref="NpgsqlException">There was no answer in time.</exception>
    public static async Task<T> RunAsync<T>(
        Func<CancellationToken, Task<T>> exchange, TimeSpan? limit, TimeSpan afterSignal, Action<Task> abandon,
            CancellationToken cancellationToken)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var work = exchange(stop.Token);
        if (await EndsInTimeAsync(work, limit, afterSignal, cancellationToken))
        {
            stop.Dispose();
            return await work;
        }

#pragma warning disable CA2025 // StopAsync disposes it when the work has ended.
        abandon(StopAsync(work, stop));
#pragma warning restore CA2025
        cancellationToken.ThrowIfCancellationRequested();
        throw new NpgsqlException(
            "The server did not answer.", new TimeoutException($"no answer within {limit!.Value.TotalSeconds:0.###} s"));
    }

    /// <summary>Sends commands in one message and hands the results to <paramref name="read"/> as they come.</summary>
    public static async Task<T> SendAsync<T>(
        NpgsqlConnection connection,
        NpgsqlBatchCommand[] commands,
        Func<DbDataReader, Task<T>> read,
        Action<PostgresNotice>? onNotice,
        CancellationToken stop)
    {
        await using var batch = connection.CreateBatch();
        foreach (var command in commands)
        {
            batch.BatchCommands.Add(command);
        }

        void Forward(object? sender, NpgsqlNoticeEventArgs e) => onNotice?.Invoke(e.Notice);
        connection.Notice += Forward;
        try
        {
            await using var reader = await batch.ExecuteReaderAsync(stop);
            var result = await read(reader);
            while (await reader.NextResultAsync(stop))
            {
                // What is left of the batch has no results that anyone waits for, but may still fail.
            }

            return result;
        }
        finally
        {
            connection.Notice -= Forward;
        }
    }

    /// <summary>Closes a connection when the exchange on it has ended, however that ends.</summary>
    public static async Task CloseAfterAsync(Task pending, NpgsqlConnection connection)
    {
        await pending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await connection.DisposeAsync().AsTask().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static async Task<bool> EndsInTimeAsync(Task work, TimeSpan? limit, TimeSpan afterSignal, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource();
        if (limit is { } time)
        {
            deadline.CancelAfter(time);
        }

        await using var signal = cancellationToken.Register(() => deadline.CancelAfter(afterSignal));
        return await Task.WhenAny(work, Task.Delay(Timeout.InfiniteTimeSpan, deadline.Token)) == work;
    }

    private static async Task StopAsync(Task work, CancellationTokenSource stop)
    {
        using (stop)
        {
            await stop.CancelAsync();
            await work;
        }
    }
}
