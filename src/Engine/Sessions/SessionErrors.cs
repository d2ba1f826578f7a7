using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Migrator.Sessions;

/// <summary>Converts exceptions of a session to the ones that its callers handle.</summary>
internal static class SessionErrors
{
    /// <summary>The SQLSTATE if the server ended the session of an idle transaction. Npgsql has no name for it.</summary>
    public const string IdleInTransactionTimeout = "25P03";

    /// <summary>The commands that begin a transaction before our own time limits apply.</summary>
    /// <remarks>They take microseconds and wait for no lock: only a too short limit of the role or the database cancels them.</remarks>
    private static readonly IReadOnlyList<string> Opening = ["BEGIN", "SET LOCAL", "SAVEPOINT"];

    /// <summary>The exception to throw instead of another; the same one if callers handle it.</summary>
    /// <param name="exception">The exception that was thrown.</param>
    /// <param name="isOpen">Whether the connection is still open.</param>
    /// <param name="cancellationToken">Tells whether the run was cancelled.</param>
    public static Exception From(Exception exception, bool isOpen, CancellationToken cancellationToken) => exception switch
    {
        PostgresException or MigratorException or RegexMatchTimeoutException => exception,
        OperationCanceledException when cancellationToken.IsCancellationRequested => exception,
        NpgsqlException { InnerException: IOException or SocketException or TimeoutException or ObjectDisposedException } => exception,
        IOException or SocketException or TimeoutException or ObjectDisposedException or OperationCanceledException => Lost(exception),
        InvalidOperationException when !isOpen => Lost(exception),
        _ => new UnexpectedAnswerException(exception),
    };

    /// <summary>Whether the server cancelled the beginning of a transaction, before our own limits applied. It may be sent again.</summary>
    public static bool IsForeignLimit(Exception exception) =>
        exception is PostgresException { SqlState: PostgresErrorCodes.QueryCanceled, BatchCommand: { } command }
        && Opening.Any(o => command.CommandText.StartsWith(o, StringComparison.Ordinal));

    /// <summary>Whether a later attempt to read may succeed, on a new connection if this one was lost.</summary>
    public static bool IsTransient(NpgsqlException exception) => exception switch
    {
        UnexpectedAnswerException => false,
        PostgresException refusal => TransientRefusal.Is(refusal),
        _ => true,
    };

    private static NpgsqlException Lost(Exception exception) => new("The connection was lost.", exception);
}

/// <summary>The server's answer is not one that PostgreSQL sends at that point.</summary>
internal sealed class UnexpectedAnswerException(Exception inner) : NpgsqlException("The server sent an invalid answer.", inner);

/// <summary>The connection broke: it is unknown whether the transaction was committed.</summary>
internal sealed class CommitInDoubtException(Exception inner) : Exception("The connection broke.", inner);
