using System.Data.Common;
using System.Runtime.CompilerServices;
using Npgsql.Internal;

#pragma warning disable NPG9001 // Its public interface does not close a connection that waits for an answer.

namespace Migrator.Sessions;

/// <summary>Sends commands to the server, and waits for the answer within a time limit.</summary>
/// <remarks>
/// Npgsql's own limits send a cancel request on a second connection and wait for it, which a dead network delays too. This class stops
/// waiting and closes the connection instead.
/// </remarks>
internal static class Exchange
{
    /// <summary>Runs an exchange within its time limit.</summary>
    /// <param name="exchange">Sends a message and reads the answer; its token asks the server to stop.</param>
    /// <param name="limit">The time limit; null for none.</param>
    /// <param name="giveUp">Ends when no answer can come any more; null if only the limit counts.</param>
    /// <param name="afterSignal">The time limit after the run was cancelled.</param>
    /// <param name="abandon">Receives the exchange if it has not ended in time.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <exception cref="NpgsqlException">There was no answer in time.</exception>
    public static async Task<T> RunAsync<T>(
        Func<CancellationToken, Task<T>> exchange, TimeSpan? limit, Task? giveUp, TimeSpan afterSignal, Action<Task> abandon,
            CancellationToken cancellationToken)
    {
        var work = exchange(cancellationToken);
        if (await EndsInTimeAsync(work, limit, giveUp, afterSignal, cancellationToken))
        {
            return await work;
        }

        abandon(work);
        cancellationToken.ThrowIfCancellationRequested();
        throw new NpgsqlException(
            "The server did not answer.", new TimeoutException(limit is { } time
                ? $"no answer within {time.TotalSeconds:0.###} s" : "it has ended the transaction, or its answer was lost"));
    }

    /// <summary>Sends commands in one message, and reads the results with <paramref name="read"/> as they arrive.</summary>
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

        void Forward(object? sender, NpgsqlNoticeEventArgs e)
        {
            if (e.Notice.SqlState != TransactionOutcome.Told)
            {
                onNotice?.Invoke(e.Notice);
            }
        }

        connection.Notice += Forward;
        try
        {
            await using var reader = await batch.ExecuteReaderAsync(stop);
            var result = await read(reader);
            while (await reader.NextResultAsync(stop))
            {
                // The remaining results are not needed, but a remaining command may still fail.
            }

            return result;
        }
        finally
        {
            connection.Notice -= Forward;
        }
    }

    /// <summary>Closes a connection, with the exchange on it, and no cancel request.</summary>
    public static async Task CloseAsync(NpgsqlConnection connection, Task? pending)
    {
        if (pending is not null)
        {
            // On another thread: it waits for a cancel request that a signal has caused.
            await Task.Run(() => Break(connection)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await pending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await connection.DisposeAsync().AsTask().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static void Break(NpgsqlConnection connection)
    {
        if (Connector(connection) is { } connector)
        {
            Break(connector, new IOException("It took too long."), marksHostAsOffline: false);
        }
    }

    // Npgsql closes a connection that waits for an answer only after it has read that answer, or has asked to cancel.
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Connector")]
    private static extern NpgsqlConnector? Connector(NpgsqlConnection connection);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "Break")]
    private static extern Exception Break(NpgsqlConnector connector, Exception reason, bool marksHostAsOffline);

    private static async Task<bool> EndsInTimeAsync(
        Task work, TimeSpan? limit, Task? giveUp, TimeSpan afterSignal, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource();
        if (limit is { } time)
        {
            deadline.CancelAfter(time);
        }

        await using var signal = cancellationToken.Register(() => deadline.CancelAfter(afterSignal));
        var end = Task.Delay(Timeout.InfiniteTimeSpan, deadline.Token);
        return await (giveUp is null ? Task.WhenAny(work, end) : Task.WhenAny(work, end, giveUp)) == work;
    }
}
