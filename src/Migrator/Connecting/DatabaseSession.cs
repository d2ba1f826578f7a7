using Npgsql;

namespace Migrator.Connecting;

/// <summary>
/// The one connection of a run. Work goes to the server in batches, each of which is a whole transaction, and nothing that the next one
/// relies on stays behind in the session, so that a pooler in between may change the server process at any time.
/// </summary>
internal sealed class DatabaseSession(NpgsqlDataSource source, NpgsqlConnection connection) : IAsyncDisposable
{
    /// <summary>Hears what the server remarks while it works (RAISE WARNING).</summary>
    public Action<PostgresNotice>? OnNotice { get; set; }

    /// <summary>
    /// Sends a transaction that changes something: everything in one message, and COMMIT in a second one, when the first has been answered.
    /// A server goes on with what it has received when the client is gone; so what the client did not live to see is rolled back.
    /// </summary>
    /// <inheritdoc cref="ReadAsync"/>
    public async Task<T> WriteAsync<T>(
        IEnumerable<NpgsqlBatchCommand> commands, Func<NpgsqlDataReader, Task<T>> read, CancellationToken cancel)
    {
        var result = await ReadAsync(commands, read, cancel);
        await using var commit = new NpgsqlCommand("COMMIT", connection);
        await commit.ExecuteNonQueryAsync(CancellationToken.None);
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
        catch (PostgresException) when (connection.FullState.HasFlag(System.Data.ConnectionState.Open))
        {
            await RollBackAsync();
            throw;
        }
        finally
        {
            connection.Notice -= Forward;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await connection.DisposeAsync();
        await source.DisposeAsync();
    }

    private async Task RollBackAsync()
    {
        await using var rollback = new NpgsqlCommand("ROLLBACK", connection);
        await rollback.ExecuteNonQueryAsync(CancellationToken.None);
    }
}
