using System.Net.Sockets;
using Migrator.Errors;
using Npgsql;

namespace Migrator.Sessions;

/// <summary>What may leave a session: nothing but exceptions that its callers know, whatever a server or Npgsql has come to.</summary>
internal static class SessionErrors
{
    /// <summary>
    /// The server ended a transaction whose client stood still, and the session with it. Npgsql has no name for this code.
    /// </summary>
    public const string IdleInTransactionTimeout = "25P03";

    /// <summary>
    /// Commands that take microseconds and wait for nobody: what ends them is a limit of the role or the database that is too short.
    /// </summary>
    private static readonly IReadOnlyList<string> Opening = ["BEGIN", "SET LOCAL", "SAVEPOINT"];

    /// <summary>The exception to throw in place of another; the same one where callers know it.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="isOpen">Whether the connection is there still.</param>
    /// <param name="cancellationToken">Whether somebody has asked for the end.</param>
    public static Exception From(Exception exception, bool isOpen, CancellationToken cancellationToken) => exception switch
    {
        PostgresException or MigratorException => exception,
        OperationCanceledException when cancellationToken.IsCancellationRequested => exception,
        NpgsqlException { InnerException: IOException or SocketException or TimeoutException or ObjectDisposedException } => exception,
        IOException or SocketException or TimeoutException or ObjectDisposedException or OperationCanceledException => Lost(exception),
        InvalidOperationException when !isOpen => Lost(exception),
        _ => new UnexpectedAnswerException(exception),
    };

    /// <summary>Whether the server ended the beginning of a transaction, before our own limits held: it may be sent again.</summary>
    public static bool IsForeignLimit(Exception exception) =>
        exception is PostgresException { SqlState: PostgresErrorCodes.QueryCanceled, BatchCommand: { } command }
        && Opening.Any(o => command.CommandText.StartsWith(o, StringComparison.Ordinal));

    private static NpgsqlException Lost(Exception exception) => new("The connection was lost.", exception);
}

/// <summary>What the server said is not what a PostgreSQL server says there.</summary>
internal sealed class UnexpectedAnswerException(Exception inner) : NpgsqlException("The answer of the server makes no sense.", inner);

/// <summary>The connection broke at COMMIT: only the ledger knows whether the transaction came to pass.</summary>
internal sealed class CommitInDoubtException(Exception inner) : Exception("The connection broke at COMMIT.", inner);
