using System.Data.Common;
using Npgsql;

namespace Migrator.Sessions;

/// <summary>
/// The one connection of a run. Work goes to the server in batches, each of which is a whole transaction. A connection that was lost is
/// made again before the next batch. What leaves a session is one of the exceptions below, whatever the server says.
/// </summary>
internal interface IDatabaseSession : IAsyncDisposable
{
    /// <summary>Hears why a connection that was lost is made again.</summary>
    Action<string>? OnReconnecting { get; set; }

    /// <summary>How long answers are waited for.</summary>
    ServerLimits Limits { get; }

    /// <summary>Whether the connection is there, as far as is known.</summary>
    bool IsOpen { get; }

    /// <summary>Whether a lost connection is made again: not more often than a few times between two commits.</summary>
    bool MayReconnect { get; }

    /// <summary>Sends a transaction that reads, in one message, and hands the results to <paramref name="read"/> as they come.</summary>
    /// <param name="commands">A transaction, from BEGIN to COMMIT.</param>
    /// <param name="read">Reads the results, with <see cref="DbDataReader.NextResultAsync(CancellationToken)"/> from one to the
    /// next.</param>
    /// <param name="cancellationToken">Asks the server to stop.</param>
    /// <exception cref="PostgresException">The server refused a command; the transaction has been rolled back.</exception>
    /// <exception cref="NpgsqlException">The connection was lost, there was no answer in time, or none that makes sense.</exception>
    /// <exception cref="Errors.MigratorException">The connection had been lost, and there is no other to be had.</exception>
    Task<T> ReadAsync<T>(
        IEnumerable<NpgsqlBatchCommand> commands, Func<DbDataReader, Task<T>> read, CancellationToken cancellationToken);

    /// <summary>
    /// Sends a transaction that changes something: everything in one message, and COMMIT in a second one, when the first has been answered.
    /// A server goes on with what it has received when the client is gone; so what the client did not live to see is rolled back. The first
    /// message has no time limit: a client that stops listening would leave the server to commit what the ledger then does not know (Kong
    /// issue 12978).
    /// </summary>
    /// <param name="commands">A transaction, from BEGIN on, without its COMMIT.</param>
    /// <param name="read">Reads the results.</param>
    /// <param name="cancellationToken">Asks the server to stop.</param>
    /// <inheritdoc cref="ReadAsync" path="/exception"/>
    /// <exception cref="CommitInDoubtException">
    /// The connection broke at COMMIT. A server that had ended the transaction before, as we stood still for too long, leaves no doubt.
    /// </exception>
    Task<T> WriteAsync<T>(
        IEnumerable<NpgsqlBatchCommand> commands, Func<DbDataReader, Task<T>> read, CancellationToken cancellationToken);

    /// <summary>
    /// Sends a transaction that changes nothing that matters, COMMIT included, in one message, and waits for it no longer than for one that
    /// reads.
    /// </summary>
    /// <param name="commands">A transaction, from BEGIN to COMMIT.</param>
    /// <param name="cancellationToken">Asks the server to stop.</param>
    /// <inheritdoc cref="ReadAsync" path="/exception"/>
    Task WriteAtOnceAsync(IEnumerable<NpgsqlBatchCommand> commands, CancellationToken cancellationToken);

    /// <summary>Gives the connection up and makes another.</summary>
    /// <param name="atLeast">How long to try, if --wait does not give more.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <exception cref="Errors.MigratorException">There is none to be had.</exception>
    Task ReconnectAsync(TimeSpan atLeast, CancellationToken cancellationToken);

    /// <summary>Makes a second session beside this one, for what has to be done while this one is busy.</summary>
    /// <inheritdoc cref="ReconnectAsync" path="/exception"/>
    Task<IDatabaseSession> OpenAnotherAsync(CancellationToken cancellationToken);
}
