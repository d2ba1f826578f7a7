using System.Data;
using Npgsql;

namespace Migrator.Connecting;

/// <summary>
/// The one connection of a run. Work goes to the server in batches, each of which is a whole transaction, and nothing that the next one
/// relies on stays behind in the session, so that a pooler in between may change the server process at any time. A connection that was lost
/// is made again before the next batch. What leaves a session is one of ours (see <see cref="SessionErrors"/>), whatever the server says.
/// </summary>
/// <param name="source">Where connections come from.</param>
/// <param name="connection">The connection.</param>
/// <param name="connect">Makes another one, in the time that is given at least.</param>
internal sealed class DatabaseSession(
    NpgsqlDataSource source, NpgsqlConnection connection, Func<TimeSpan, CancellationToken, Task<NpgsqlConnection>> connect)
        : IAsyncDisposable
{
    private const int MostReconnections = 5;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(640);

    private NpgsqlConnection connection = connection;
    private bool isDiscarded;
    private Exception? lost;
    private int reconnections;

    /// <summary>Hears what the server remarks while it works (RAISE WARNING).</summary>
    public Action<PostgresNotice>? OnNotice { get; set; }

    /// <summary>Hears why a connection that was lost is made again.</summary>
    public Action<string>? OnReconnecting { get; set; }

    /// <summary>How long answers are waited for.</summary>
    public ServerLimits Limits { get; set; } = new();

    /// <summary>Whether the connection is there, as far as is known.</summary>
    public bool IsOpen => !isDiscarded && connection.FullState.HasFlag(ConnectionState.Open);

    /// <summary>Whether a lost connection is made again: not more often than a few times between two commits.</summary>
    public bool MayReconnect => reconnections < MostReconnections;

    /// <summary>
    /// Sends a transaction that changes something: everything in one message, and COMMIT in a second one, when the first has been answered.
    /// A server goes on with what it has received when the client is gone; so what the client did not live to see is rolled back. The first
    /// message has no time limit: a client that stops listening would leave the server to commit what the ledger then does not know (Kong
    /// issue 12978).
    /// </summary>
    /// <inheritdoc cref="ReadAsync"/>
    /// <exception cref="CommitInDoubtException">
    /// The connection broke at COMMIT. A server that had ended the transaction before, as we stood still for too long, leaves no doubt.
    /// </exception>
    public async Task<T> WriteAsync<T>(
        IEnumerable<NpgsqlBatchCommand> commands, Func<NpgsqlDataReader, Task<T>> read, CancellationToken cancellationToken)
    {
        var result = await SendAsync([.. commands], read, limit: null, cancellationToken);
        try
        {
            await ExecuteAsync("COMMIT", Limits.Commit);
        }
        catch (NpgsqlException e) when (!IsOpen && e is not PostgresException { SqlState: SessionErrors.IdleInTransactionTimeout })
        {
            throw new CommitInDoubtException(e);
        }

        reconnections = 0;
        return result;
    }

    /// <summary>Sends commands in one message and hands the results to <paramref name="read"/> as they come.</summary>
    /// <param name="commands">A transaction, from BEGIN on.</param>
    /// <param name="read">Reads the results, with <see cref="NpgsqlDataReader.NextResultAsync(CancellationToken)"/> from one to the
    /// next.</param>
    /// <param name="cancellationToken">Asks the server to stop.</param>
    /// <exception cref="PostgresException">The server refused a command; the transaction has been rolled back.</exception>
    /// <exception cref="NpgsqlException">The connection was lost, there was no answer in time, or none that makes sense.</exception>
    /// <exception cref="Errors.MigratorException">The connection had been lost, and there is no other to be had.</exception>
    public Task<T> ReadAsync<T>(
        IEnumerable<NpgsqlBatchCommand> commands, Func<NpgsqlDataReader, Task<T>> read, CancellationToken cancellationToken) =>
        SendAsync([.. commands], read, Limits.Read, cancellationToken);

    /// <summary>Gives the connection up and makes another.</summary>
    /// <param name="atLeast">How long to try, if --wait does not give more.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <exception cref="Errors.MigratorException">There is none to be had.</exception>
    public async Task ReconnectAsync(TimeSpan atLeast, CancellationToken cancellationToken)
    {
        await CloseAsync();
        connection = await connect(atLeast, cancellationToken);
        (isDiscarded, lost) = (false, null);
    }

    /// <summary>Makes a second session beside this one, for what has to be done while this one is busy.</summary>
    public async Task<DatabaseSession> OpenAnotherAsync(CancellationToken cancellationToken) =>
        new(source, await connect(TimeSpan.Zero, cancellationToken), connect) { IsSecond = true, Limits = Limits };

    private bool IsSecond { get; init; }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        if (!IsSecond)
        {
            await source.DisposeAsync();
        }
    }

    private async Task<T> SendAsync<T>(
        NpgsqlBatchCommand[] commands, Func<NpgsqlDataReader, Task<T>> read, TimeSpan? limit, CancellationToken cancellationToken)
    {
        for (var pause = FirstPause; ; pause *= 2)
        {
            await EnsureOpenAsync(cancellationToken);
            try
            {
                return await ExchangeAsync((used, stop) => SendAsync(used, commands, read, stop), limit, cancellationToken);
            }
            catch (Exception e) when (IsOpen)
            {
                await RollBackAsync(cancellationToken.IsCancellationRequested ? Limits.AfterSignal : Limits.Rollback);
                if (!SessionErrors.IsForeignLimit(e) || pause > LongestPause)
                {
                    throw;
                }
            }

            // The server process was new, and had to read much before it could understand the first command: it is quicker each time.
            await Task.Delay(pause, cancellationToken);
        }
    }

    private async Task<T> SendAsync<T>(
        NpgsqlConnection used, NpgsqlBatchCommand[] commands, Func<NpgsqlDataReader, Task<T>> read, CancellationToken stop)
    {
        await using var batch = used.CreateBatch();
        foreach (var command in commands)
        {
            batch.BatchCommands.Add(command);
        }

        void Forward(object? sender, NpgsqlNoticeEventArgs e) => OnNotice?.Invoke(e.Notice);
        used.Notice += Forward;
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
            used.Notice -= Forward;
        }
    }

    /// <summary>One message and its answer: in time, and with an exception that callers know.</summary>
    private async Task<T> ExchangeAsync<T>(
        Func<NpgsqlConnection, CancellationToken, Task<T>> exchange, TimeSpan? limit, CancellationToken cancellationToken)
    {
        try
        {
            var used = connection;
            return await Exchange
                .RunAsync(stop => exchange(used, stop), limit, Limits.AfterSignal * 2, pending => _ = Discard(pending), cancellationToken);
        }
        catch (Exception e)
        {
            var known = SessionErrors.From(e, IsOpen, cancellationToken);
            if (known is UnexpectedAnswerException && !isDiscarded)
            {
                _ = Discard();
            }

            lost = IsOpen ? null : known;
            if (known == e)
            {
                throw;
            }

            throw known;
        }
    }

    private Task<int> ExecuteAsync(string sql, TimeSpan limit) => ExchangeAsync(
        async (used, stop) =>
        {
            await using var command = new NpgsqlCommand(sql, used);
            return await command.ExecuteNonQueryAsync(stop);
        },
        limit,
        CancellationToken.None);

    /// <summary>Best effort: a connection that cannot even do this is closed, which has the same effect.</summary>
    private async Task RollBackAsync(TimeSpan limit)
    {
        for (var tries = 1; IsOpen; tries++)
        {
            try
            {
                await ExecuteAsync("ROLLBACK", limit);
                return;
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.QueryCanceled && tries < 3)
            {
                // Outside of a transaction, limits hold that are not ours.
            }
            catch (NpgsqlException e)
            {
                lost = e;
                _ = isDiscarded ? null : Discard();
            }
        }
    }

    /// <summary>The one place where a connection that was lost is made again.</summary>
    private async Task EnsureOpenAsync(CancellationToken cancellationToken)
    {
        if (IsOpen)
        {
            return;
        }

        var reason = lost ?? new NpgsqlException("The connection was closed.");
        if (!MayReconnect)
        {
            throw reason;
        }

        reconnections++;
        OnReconnecting?.Invoke(
            (reason.GetBaseException() is PostgresException e ? e.MessageText : reason.GetBaseException().Message).TrimEnd('.'));
        await ReconnectAsync(Limits.Reconnect, cancellationToken);
    }

    private async Task CloseAsync()
    {
        if (!isDiscarded)
        {
            await Task.WhenAny(Discard(), Task.Delay(Limits.AfterSignal));
        }
    }

    /// <summary>Closes the connection, when what is under way on it has ended. Nobody has to wait for that.</summary>
    private Task Discard(Task? pending = null)
    {
        isDiscarded = true;
        return Exchange.CloseAfterAsync(pending ?? Task.CompletedTask, connection);
    }
}

/// <summary>The connection broke at COMMIT: only the ledger knows whether the transaction came to pass.</summary>
internal sealed class CommitInDoubtException(Exception inner) : Exception("The connection broke at COMMIT.", inner);
