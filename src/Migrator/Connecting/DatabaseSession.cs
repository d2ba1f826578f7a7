using System.Data;
using Npgsql;

namespace Migrator.Connecting;

/// <summary>
/// The one connection of a run. Work goes to the server in batches, each of which is a whole transaction, and nothing that the next one
/// relies on stays behind in the session, so that a pooler in between may change the server process at any time.
/// </summary>
/// <param name="source">Where connections come from.</param>
/// <param name="connection">The connection.</param>
/// <param name="connect">Makes another one, in the time that is given at least.</param>
internal sealed class DatabaseSession(
    NpgsqlDataSource source, NpgsqlConnection connection, Func<TimeSpan, CancellationToken, Task<NpgsqlConnection>> connect) : IAsyncDisposable
{
    /// <summary>How long the server may take to stop what was cancelled: within the two seconds that a signal has.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromMilliseconds(500);

    private NpgsqlConnection connection = connection;

    /// <summary>Hears what the server remarks while it works (RAISE WARNING).</summary>
    public Action<PostgresNotice>? OnNotice { get; set; }

    /// <summary>Whether the connection is there, as far as is known.</summary>
    public bool IsOpen => connection.FullState.HasFlag(ConnectionState.Open);

    /// <summary>
    /// Sends a transaction that changes something: everything in one message, and COMMIT in a second one, when the first has been answered.
    /// A server goes on with what it has received when the client is gone; so what the client did not live to see is rolled back.
    /// </summary>
    /// <inheritdoc cref="ReadAsync"/>
    /// <exception cref="CommitInDoubtException">The connection broke at COMMIT.</exception>
    public async Task<T> WriteAsync<T>(
        IEnumerable<NpgsqlBatchCommand> commands, Func<NpgsqlDataReader, Task<T>> read, CancellationToken cancel)
    {
        var result = await ReadAsync(commands, read, cancel);
        await using var commit = new NpgsqlCommand("COMMIT", connection);
        try
        {
            await commit.ExecuteNonQueryAsync(CancellationToken.None);
        }
        catch (NpgsqlException e) when (!IsOpen)
        {
            throw new CommitInDoubtException(e);
        }

        return result;
    }

    /// <summary>
    /// Sends commands in one message and hands the results to <paramref name="read"/> as they come. There is no time limit here: a client
    /// that stops listening would leave the server to commit what the ledger then does not know (Kong issue 12978).
    /// </summary>
    /// <param name="commands">A transaction, from BEGIN on.</param>
    /// <param name="read">Reads the results, with <see cref="NpgsqlDataReader.NextResultAsync(CancellationToken)"/> from one to the next.</param>
    /// <param name="cancel">Asks the server to stop.</param>
    /// <exception cref="PostgresException">The server refused a command; the transaction has been rolled back.</exception>
    public async Task<T> ReadAsync<T>(
        IEnumerable<NpgsqlBatchCommand> commands, Func<NpgsqlDataReader, Task<T>> read, CancellationToken cancel)
    {
        await using var batch = connection.CreateBatch();
        foreach (var command in commands)
        {
            batch.BatchCommands.Add(command);
        }

        void Forward(object? sender, NpgsqlNoticeEventArgs e) => OnNotice?.Invoke(e.Notice);
        connection.Notice += Forward;
        try
        {
            await using var reader = await batch.ExecuteReaderAsync(cancel);
            var result = await read(reader);
            while (await reader.NextResultAsync(cancel))
            {
                // What is left of the batch has no results that anyone waits for, but may still fail.
            }

            return result;
        }
        catch (Exception) when (IsOpen)
        {
            await RollBackAsync();
            throw;
        }
        finally
        {
            connection.Notice -= Forward;
        }
    }

    /// <summary>Gives the connection up and makes another.</summary>
    /// <param name="atLeast">How long to try, if --wait does not give more.</param>
    /// <param name="cancel">Ends the run.</param>
    /// <exception cref="Errors.MigratorException">There is none to be had.</exception>
    public async Task ReconnectAsync(TimeSpan atLeast, CancellationToken cancel)
    {
        await connection.DisposeAsync();
        connection = await connect(atLeast, cancel);
    }

    /// <summary>Makes a second session beside this one, for what has to be done while this one is busy.</summary>
    public async Task<DatabaseSession> OpenAnotherAsync(CancellationToken cancel) => new(source, await connect(TimeSpan.Zero, cancel), connect) { IsSecond = true };

    private bool IsSecond { get; init; }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await connection.DisposeAsync();
        if (!IsSecond)
        {
            await source.DisposeAsync();
        }
    }

    /// <summary>Best effort: a connection that cannot even do this is closed, which has the same effect.</summary>
    private async Task RollBackAsync()
    {
        using var limit = new CancellationTokenSource(Farewell);
        try
        {
            await using var rollback = new NpgsqlCommand("ROLLBACK", connection);
            await rollback.ExecuteNonQueryAsync(limit.Token);
        }
        catch (Exception e) when (e is NpgsqlException or OperationCanceledException)
        {
            await connection.CloseAsync();
        }
    }
}

/// <summary>The connection broke at COMMIT: only the ledger knows whether the transaction came to pass.</summary>
internal sealed class CommitInDoubtException(Exception inner) : Exception("The connection broke at COMMIT.", inner);
