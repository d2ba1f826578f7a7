using System.Data.Common;

namespace Migrator.Sessions;

/// <summary>The one connection of a run, which sends each transaction as a batch.</summary>
/// <remarks>
/// A lost connection is opened again before the next batch. The methods throw only the exceptions listed below, whatever the server sends.
/// </remarks>
internal interface IDatabaseSession : IAsyncDisposable
{
    /// <summary>Receives the reason each time a lost connection is opened again.</summary>
    Action<string>? OnReconnecting { get; set; }

    /// <summary>The time limits on the server's answers.</summary>
    ServerLimits Limits { get; }

    /// <summary>Whether the connection is open, as far as the client knows.</summary>
    bool IsOpen { get; }

    /// <summary>The number of the server's process, as the login said; 0 if the connection is not open.</summary>
    int ProcessId { get; }

    /// <summary>How many connections there have been after the first.</summary>
    int Reconnections { get; }

    /// <summary>Whether a lost connection is opened again, which happens only a few times between two commits.</summary>
    bool MayReconnect { get; }

    /// <summary>Sends a reading transaction in one message, and reads the results with <paramref name="read"/> as they arrive.</summary>
    /// <param name="commands">A transaction, from BEGIN to COMMIT.</param>
    /// <param name="read">Reads the results; <see cref="DbDataReader.NextResultAsync(CancellationToken)"/> moves to the next one.</param>
    /// <param name="cancellationToken">Asks the server to stop.</param>
    /// <exception cref="PostgresException">The server refused a command; the transaction has been rolled back.</exception>
    /// <exception cref="NpgsqlException">The connection was lost, or there was no valid answer in time.</exception>
    /// <exception cref="Errors.MigratorException">The connection had been lost, and reconnecting failed.</exception>
    Task<T> ReadAsync<T>(
        IEnumerable<NpgsqlBatchCommand> commands, Func<DbDataReader, Task<T>> read, CancellationToken cancellationToken);

    /// <summary>Sends a transaction in one message, with a time limit of its own.</summary>
    /// <remarks>A transaction that writes may be lost or done twice without harm.</remarks>
    /// <param name="commands">A transaction, from BEGIN to its end.</param>
    /// <param name="read">Reads the results.</param>
    /// <param name="limit">How long the answer may take in all.</param>
    /// <param name="cancellationToken">Asks the server to stop.</param>
    /// <inheritdoc cref="ReadAsync" path="/exception"/>
    Task<T> SendAsync<T>(
        IEnumerable<NpgsqlBatchCommand> commands, Func<DbDataReader, Task<T>> read, TimeSpan limit, CancellationToken cancellationToken);

    /// <summary>Sends a writing transaction, with its COMMIT at the end of the same message or in one of its own.</summary>
    /// <remarks>
    /// In one message, the transaction is done as a whole or not at all, whatever becomes of the client. There is no time limit: a client
    /// that stopped waiting would not know which (Kong issue 12978).
    /// </remarks>
    /// <param name="commands">A transaction from BEGIN on, without its COMMIT.</param>
    /// <param name="read">Reads the results.</param>
    /// <param name="ended">Ends when the server no longer works on it: then the wait ends as if the connection were lost.</param>
    /// <param name="commitsApart">Whether COMMIT is sent only after the answer to the rest.</param>
    /// <param name="cancellationToken">Asks the server to stop.</param>
    /// <inheritdoc cref="ReadAsync" path="/exception"/>
    /// <exception cref="CommitInDoubtException">The connection was lost while the server may have committed.</exception>
    Task<T> WriteAsync<T>(
        IEnumerable<NpgsqlBatchCommand> commands, Func<DbDataReader, Task<T>> read, Task ended, bool commitsApart,
        CancellationToken cancellationToken);

    /// <summary>Closes the connection and opens another.</summary>
    /// <param name="atLeast">How long to retry, if --wait is not longer.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <exception cref="Errors.MigratorException">Connecting failed.</exception>
    Task ReconnectAsync(TimeSpan atLeast, CancellationToken cancellationToken);

    /// <summary>Opens a second session, for work while this one is busy.</summary>
    /// <inheritdoc cref="ReconnectAsync" path="/exception"/>
    Task<IDatabaseSession> OpenAnotherAsync(CancellationToken cancellationToken);
}
