using System.Data.Common;
using Npgsql;

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

    /// <summary>The same as <see cref="ReadAsync"/>, for an answer that takes longer the more rows there are.</summary>
    /// <param name="commands">A transaction, from BEGIN to its end.</param>
    /// <param name="read">Reads the results.</param>
    /// <param name="limit">How long the answer may take in all.</param>
    /// <param name="cancellationToken">Asks the server to stop.</param>
    /// <inheritdoc cref="ReadAsync" path="/exception"/>
    Task<T> StreamAsync<T>(
        IEnumerable<NpgsqlBatchCommand> commands, Func<DbDataReader, Task<T>> read, TimeSpan limit, CancellationToken cancellationToken);

    /// <summary>Sends a writing transaction in one message, and COMMIT in a second one after the answer to the first.</summary>
    /// <remarks>
    /// A server continues with the commands that it has received, even if the client is gone. With a separate COMMIT, it then rolls back.
    /// The first message has no time limit: a client that stopped waiting could leave the server to commit work that the ledger does not
    /// record (Kong issue 12978).
    /// </remarks>
    /// <param name="commands">A transaction from BEGIN on, without its COMMIT.</param>
    /// <param name="read">Reads the results.</param>
    /// <param name="cancellationToken">Asks the server to stop.</param>
    /// <inheritdoc cref="ReadAsync" path="/exception"/>
    /// <exception cref="CommitInDoubtException">
    /// The connection broke at COMMIT. It is not thrown if the server had ended the transaction before because it was idle for too long.
    /// </exception>
    Task<T> WriteAsync<T>(
        IEnumerable<NpgsqlBatchCommand> commands, Func<DbDataReader, Task<T>> read, CancellationToken cancellationToken);

    /// <summary>
    /// Sends a writing transaction whose COMMIT travels with the next one: both are one message. The
    /// COMMIT of the last one follows in a message of its own.
    /// </summary>
    /// <remarks>
    /// A transaction is committed only after its answer has come, as by <see cref="WriteAsync"/>: a client that is killed before leaves
    /// nothing behind. Any other use of the session commits what waits for its COMMIT first.
    /// </remarks>
    /// <param name="commands">A transaction from BEGIN on, without its COMMIT.</param>
    /// <param name="read">Reads the results.</param>
    /// <param name="next">What the transaction is in the run.</param>
    /// <param name="cancellationToken">Asks the server to stop.</param>
    /// <inheritdoc cref="WriteAsync" path="/exception"/>
    Task<T> WriteNextAsync<T>(
        IEnumerable<NpgsqlBatchCommand> commands, Func<DbDataReader, Task<T>> read, NextTransaction next,
        CancellationToken cancellationToken);

    /// <summary>Sends a writing transaction with its COMMIT in one message, with the time limit of a read.</summary>
    /// <remarks>It is only for changes that may be lost or repeated without harm.</remarks>
    /// <param name="commands">A transaction, from BEGIN to COMMIT.</param>
    /// <param name="cancellationToken">Asks the server to stop.</param>
    /// <inheritdoc cref="ReadAsync" path="/exception"/>
    Task WriteAtOnceAsync(IEnumerable<NpgsqlBatchCommand> commands, CancellationToken cancellationToken);

    /// <summary>Closes the connection and opens another.</summary>
    /// <param name="atLeast">How long to retry, if --wait is not longer.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <exception cref="Errors.MigratorException">Connecting failed.</exception>
    Task ReconnectAsync(TimeSpan atLeast, CancellationToken cancellationToken);

    /// <summary>Opens a second session, for work while this one is busy.</summary>
    /// <inheritdoc cref="ReconnectAsync" path="/exception"/>
    Task<IDatabaseSession> OpenAnotherAsync(CancellationToken cancellationToken);
}

/// <summary>A transaction among others in a run.</summary>
/// <param name="Committed">Called when it is known to be committed, which may be during the call for the next one.</param>
/// <param name="IsLast">Whether no other transaction follows.</param>
/// <param name="Lost">Ends when the server no longer works on it: then the wait for the answer ends as if the connection were lost.</param>
/// <param name="WaitsForStandby">Whether its COMMIT waits for a synchronous standby: then it has no time limit.</param>
internal sealed record NextTransaction(Action Committed, bool IsLast, Task Lost, Func<bool>? WaitsForStandby = null);
