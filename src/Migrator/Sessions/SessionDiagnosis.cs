using Migrator.Errors;
using Npgsql;

namespace Migrator.Sessions;

/// <summary>Explains an error on an open connection for which there is no more specific explanation.</summary>
internal static class SessionDiagnosis
{
    /// <summary>The remedy for a user without rights on the gateway's objects.</summary>
    public const string OwnerRemedy =
        "Run as the owner of the gateway's tables. If this user is the owner, its rights were taken away (GRANT ALL ON ... TO ...), or row "
            + "security was forced on it (ALTER TABLE ... NO FORCE ROW LEVEL SECURITY).";

    /// <summary>The error to show for an exception of Npgsql.</summary>
    public static MigratorException Explain(NpgsqlException exception) => exception switch
    {
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } e => new(
            $"PostgreSQL refused: {e.MessageText} [{e.SqlState}].",
            "The user of pg_user has no right to it.",
            OwnerRemedy,
            e)
        { ExitCode = Errors.ExitCode.Refused },
        PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable } e => new(
            $"The ledger cannot be read just now: {e.MessageText} [{e.SqlState}].",
            "Another session has locked the gateway's tables: a reset or a bootstrap --force is at work, or somebody has locked them.",
            "Run the command again in a moment.",
            e)
        { ExitCode = Errors.ExitCode.Locked },
        PostgresException { SqlState: PostgresErrorCodes.FeatureNotSupported } e => new(
            $"The server cannot do what PostgreSQL does: {e.MessageText} [{e.SqlState}].",
            "It speaks PostgreSQL's protocol and is another database. Aurora DSQL, for example, has no PL/pgSQL, foreign keys and "
                + "triggers, and cannot hold the gateway's tables.",
            "Name a PostgreSQL server in pg_host: RDS for PostgreSQL or Aurora PostgreSQL.",
            e),
        PostgresException { SqlState: PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown } e => new(
            $"The server ended the connection: {e.MessageText} [{e.SqlState}].",
            "It is being restarted, or somebody ended the session. What had not been committed was rolled back.",
            "Run the command again: it continues where it stopped.",
            e)
        { ExitCode = Errors.ExitCode.Unreachable },
        PostgresException { SqlState: PostgresErrorCodes.QueryCanceled } e when SessionErrors.IsForeignLimit(e) => new(
            $"The server ended the beginning of a transaction, again and again: {e.MessageText} [{e.SqlState}].",
            "The user or the database has a statement_timeout that is too short even for BEGIN.",
            "Raise it: ALTER ROLE ... SET statement_timeout, or ALTER DATABASE ... SET statement_timeout; 1s will do. migrator sets its "
                + "own after that.",
            e),
        PostgresException { SqlState: PostgresErrorCodes.QueryCanceled } e => new(
            $"The server ended a statement: {e.MessageText} [{e.SqlState}].",
            "It took longer than a limit allows, or somebody cancelled it.",
            "Run the command again; if it ends like this each time, look at what else the server is doing.",
            e),
        PostgresException e => new(
            $"PostgreSQL refused: {e.MessageText} [{e.SqlState}].",
            cause: null,
            "See the server's log for details, fix the cause, and run the command again.",
            e),
        UnexpectedAnswerException e => new(
            $"The server sent an invalid answer: {e.GetBaseException().Message.TrimEnd('.')} "
                + $"({e.GetBaseException().GetType().Name}).",
            "What answers there is not PostgreSQL, or something between here and the server changes what it says."
                + (e.GetBaseException() is OutOfMemoryException ? " Or the memory limit of the container is too low." : ""),
            "Check pg_host and pg_port; with a pooler or a proxy in between, try without it. What had not been committed is rolled back.",
            e)
        { ExitCode = Errors.ExitCode.Unreachable },
        _ => new(
            $"The connection to the server was lost: {(exception.InnerException ?? exception).Message}",
            "The network, a proxy or the server cut it. What had not been committed is rolled back.",
            "Run the command again: it reads the ledger and continues from there.",
            exception)
        { ExitCode = Errors.ExitCode.Unreachable },
    };
}
