using Migrator.Display;

namespace Migrator.Sessions;

/// <summary>Explains an error on an open connection for which there is no more specific explanation.</summary>
internal static class SessionDiagnosis
{
    /// <summary>The remedy if the catalogue does not show which right the user lacks.</summary>
    public const string RightsRemedy =
        "Give the user the right that PostgreSQL names, or log in as a role that has it (pg_user). Then run the command again.";

    /// <summary>Who may do what is the server's: on RDS no user is a superuser.</summary>
    public const string Administrator = "a superuser (on RDS: the master user)";

    private const int MaxRepairs = 100;

    private const string OfPool = "With PgBouncer in between, raise default_pool_size (with pool_mode = session each client keeps a "
        + "connection), or name the server itself in pg_host and pg_port.";

    /// <summary>The error that something under the gateway's names is not the gateway's.</summary>
    /// <param name="e">The error of <see cref="SchemaGuard"/>.</param>
    /// <param name="left">What is left of the run, as a sentence.</param>
    public static MigratorException Foreign(PostgresException e, string left)
    {
        var what = $"Schema '{e.SchemaName}' holds something under a name of the gateway's that is not the gateway's: {e.MessageText}.";
        var repairs = Repairs(e);
        if (repairs.Length > 0 && repairs.Split('\n').All(r => r.Contains(" DISABLE TRIGGER ", StringComparison.Ordinal)))
        {
            return OfTriggers(e, repairs, left);
        }

        return string.IsNullOrEmpty(e.Detail)
            ? new(
                what,
                "The gateway needs this name for an object of its own.",
                $"Rename or drop it, or give the gateway a schema of its own (pg_schema). {left}",
                e)
            : new(
                what,
                "The owner of a table or function decides what runs when it is used. migrator uses only what belongs to the user that it "
                    + $"runs as, to a role whose rights this user has, to the owner of the schema or database, or to a superuser. {left}",
                repairs.Length == 0
                    ? $"If it is the gateway's, log in as its owner: pg_user = {DisplayText.Name(e.Detail)}\n"
                        + "    If not, give the gateway a schema of its own (pg_schema)."
                    : $"If it is the gateway's, or you trust its owner, run as a superuser, or as a role with the rights of both "
                        + $"owners:\n    {repairs}"
                        + (repairs.Contains(" DISABLE TRIGGER ", StringComparison.Ordinal)
                            ? "\n    A trigger that is disabled does not see the migrations. Enable it again afterwards." : "")
                        + "\n    If not, give the gateway a schema of its own (pg_schema).",
                e)
            { ExitCode = Errors.ExitCode.Refused };
    }

    // The trigger has a name of its own, and another schema would not help.
    private static MigratorException OfTriggers(PostgresException e, string repairs, string left) => new(
        $"Code of a role that is not trusted would run when the gateway's tables in schema '{e.SchemaName}' are changed: {e.MessageText}.",
        "The owner of a function decides what runs, with migrator's rights. It is trusted if it is the user that migrator runs as, a role "
            + $"whose rights this user has, the owner of the schema or database, or a superuser. {left}",
        $"Switch it off, as the owner of the table:\n    {repairs}\n    A trigger that is disabled does not see the migrations. Enable it "
            + "again afterwards.",
        e)
    { ExitCode = Errors.ExitCode.Refused };

    /// <summary>The error that an event trigger calls a function of a role that is not trusted.</summary>
    /// <param name="e">The error of <see cref="SchemaGuard"/>.</param>
    /// <param name="left">What is left of the run, as a sentence.</param>
    public static MigratorException OfEventTriggers(PostgresException e, string left) => new(
        $"Code of a role that is not trusted would run when something is created or changed, also a temporary copy: {e.MessageText}.",
        $"The owner of the function decides what runs, with the rights of '{e.Detail}'. It is trusted if it is this user, a role whose "
            + "rights the user has, the owner of the schema or database, or a superuser; for a superuser that only reads, a superuser. "
            + left,
        $"Switch it off, as its owner or a superuser:\n    {Repairs(e)}\n    What is disabled does not see the migrations. Enable it "
            + "again afterwards. Or run as the owner of the function, or as a member of it.",
        e)
    { ExitCode = Errors.ExitCode.Refused };

    /// <summary>The error that a rule or a trigger discards what is written.</summary>
    /// <param name="e">The error of <see cref="SchemaGuard"/> or of a rewrite.</param>
    /// <param name="left">What is left of the run, as a sentence.</param>
    public static MigratorException Discarded(PostgresException e, string left) => new(
        $"What is written to the gateway's tables would be discarded: {e.MessageText}.",
        $"The rule or trigger is not the gateway's. The ledger would say that rows were rewritten, and they would be as before. {left}",
        $"As the owner of the table: {Repairs(e)}\n    Then run the command again.",
        e);

    /// <summary>The error that a table has something that may run any code.</summary>
    /// <param name="e">The error of <see cref="SchemaGuard"/>.</param>
    /// <param name="left">What is left of the run, as a sentence.</param>
    public static MigratorException Unsafe(PostgresException e, string left) => new(
        $"The gateway's tables have something that can run any code: {e.MessageText}.",
        "A role that owned a table may have left it there. What inherits from a table is read and written with it, and a function that "
            + $"runs what it is given, or changes something, does so with the rights of '{e.Detail}'. {left}",
        $"Once you know what it is for, as the owner of the table or a superuser:\n    {Repairs(e)}"
            + (e.ConstraintName is { Length: > 0 } declare
                ? "\n    Or, if the function changes nothing and runs none of its arguments, as its owner: "
                    + DisplayText.Line(declare) : "")
            + "\n    Then run the command again.",
        e)
    { ExitCode = Errors.ExitCode.Refused };

    /// <summary>The error that the server cancelled the beginning of a transaction, again and again.</summary>
    public static MigratorException LimitTooShort(PostgresException e, string user, string database) => new(
        $"The server ended the beginning of a transaction, again and again: {e.MessageText} [{e.SqlState}].",
        "The user or the database has a statement_timeout that is too short even for BEGIN. migrator sets its own after that.",
        $"Raise it, as '{user}' or a superuser: ALTER ROLE {Sql.Identifier(user)} IN DATABASE {Sql.Identifier(database)} SET "
            + "statement_timeout = '1min';",
        e);

    /// <summary>The key in <see cref="Exception.Data"/> of the error to show, from whoever could ask the server for more.</summary>
    public const string Explained = "migrator.explained";

    /// <summary>The error to show for an exception of Npgsql.</summary>
    public static MigratorException Explain(NpgsqlException exception) => exception switch
    {
        _ when exception.Data[Explained] is MigratorException error => error,
        PostgresException { SqlState: SchemaGuard.SqlState } e => Foreign(e, "Nothing has been changed."),
        PostgresException { SqlState: SchemaGuard.Discarded } e => Discarded(e, "Nothing has been changed."),
        PostgresException { SqlState: SchemaGuard.Unsafe } e => Unsafe(e, "Nothing has been changed."),
        PostgresException { SqlState: SchemaGuard.OnEvents } e => OfEventTriggers(e, "Nothing has been changed."),
        PostgresException e when StatementPooling.Is(e) => StatementPooling.Explain(e),
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } e => new(
            $"PostgreSQL refused: {e.MessageText} [{e.SqlState}].",
            (e.Routine == "check_enable_rls" ? "A policy could hide rows from the user of pg_user. "
                : "The user of pg_user has no right to it. ") + ServerWords.Of(e),
            RightsRemedy,
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
        { ExitCode = Errors.ExitCode.Unreachable, IsTransient = true },
        PostgresException e when TransientRefusal.Is(e) => Transient(e),
        PostgresException { SqlState: PostgresErrorCodes.QueryCanceled } e => new(
            $"The server ended a statement: {e.MessageText} [{e.SqlState}].",
            "It took longer than a limit allows, or somebody cancelled it.",
            "Run the command again; if it ends like this each time, look at what else the server is doing.",
            e),
        PostgresException e => new(
            $"PostgreSQL refused: {e.MessageText} [{e.SqlState}].",
            ServerWords.Of(e) is { Length: > 0 } words ? words.TrimEnd() : null,
            "Fix the problem that PostgreSQL reports, and run the command again.",
            e),
        UnexpectedAnswerException e => new(
            $"The server sent an invalid answer: {e.GetBaseException().Message.TrimEnd('.')} "
                + $"({e.GetBaseException().GetType().Name}).",
            "What answers there is not PostgreSQL, or something between here and the server changes what it says."
                + (e.GetBaseException() is OutOfMemoryException ? " Or the memory limit of the container is too low." : ""),
            "Check pg_host and pg_port; with a pooler or a proxy in between, try without it. What had not been committed is rolled back.",
            e)
        { ExitCode = Errors.ExitCode.Unreachable },
        _ => Lost(exception),
    };

    // Each name is on one line then, and only statements are separated by line ends.
    private static string Repairs(PostgresException e) =>
        string.Join("\n    ", DisplayText.Sql(e.Hint ?? "").Split('\n').Take(MaxRepairs));

    private static MigratorException Lost(NpgsqlException e)
    {
        var waits = e.InnerException is TimeoutException;
        return new(
            $"The connection to the server was lost: {(e.InnerException ?? e).Message}",
            (waits ? "The network is cut, the server is overloaded, or a pooler has no connection left and lets its client wait."
                : "The network, a proxy or the server cut it.") + " What had not been committed is rolled back.",
            "Run the command again: it reads the ledger and continues from there." + (waits ? $" {OfPool}" : ""),
            e)
        { ExitCode = Errors.ExitCode.Unreachable, IsTransient = true };
    }

    private static MigratorException Transient(PostgresException e) => new(
        $"The server or a pooler before it gave up: {e.MessageText.TrimEnd('.')} [{e.SqlState}].",
        e.SqlState.StartsWith("40", StringComparison.Ordinal)
            ? "On a standby, the replay of what the primary did goes before a read; elsewhere two sessions waited for each other."
            : "It has no connection left, starts, stops or fails over.",
        "Run the command again in a moment: it continues where it stopped."
            + (PoolerWords.Is(e) && PoolerWords.SqlState(e) == PostgresErrorCodes.TooManyConnections ? $" {OfPool}" : ""),
        e)
    { ExitCode = Errors.ExitCode.Unreachable, IsTransient = true };
}
