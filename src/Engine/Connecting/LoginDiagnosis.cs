using Migrator.Configuration.Connection;

namespace Migrator.Connecting;

/// <summary>Explains why PostgreSQL refused a login (PostgreSQL 17, appendix A "Error Codes").</summary>
internal static class LoginDiagnosis
{
    // Routines of PostgreSQL that refuse a login, in any language of the server.
    private const string OfUser = "InitializeSessionUserId";
    private const string OfDatabase = "CheckMyDatabase";

    /// <summary>The error to show for a refused login.</summary>
    public static MigratorException Explain(PostgresException e, PostgresSettings settings, string server) => PoolerWords.SqlState(e) switch
    {
        _ when ByRoutine(e, settings, server) is { } known => known,
        PostgresErrorCodes.InvalidPassword => new(
            $"{server} refused the password of user '{settings.User}' [{e.SqlState}].",
            (settings.Password is null ? "No password is set."
                : "The password is wrong or has expired (VALID UNTIL), or the user does not exist.")
                + (PoolerWords.Is(e) ? $" The pooler says: {e.MessageText.TrimEnd('.')}. It may lack the user or have another password: "
                    + "PgBouncer in auth_file, Pgpool-II in pool_passwd, RDS Proxy in its secret." : ""),
            "Check pg_user and pg_password (KONG_PG_USER, KONG_PG_PASSWORD). A '#' in kong.conf begins a comment: write \\# for it.",
            e),
        PostgresErrorCodes.InvalidAuthorizationSpecification when settings.Iam is null && WantsToken(e) => new(
            $"{server} takes a token instead of a password from user '{settings.User}' [{e.SqlState}]: the user is in rds_iam, and that "
                + "switches passwords off.",
            e.MessageText,
            "Write pg_iam_auth = on; or, as the master user, to log in with the password again: REVOKE rds_iam FROM "
                + $"{Sql.Identifier(settings.User)};",
            e),
        PostgresErrorCodes.InvalidAuthorizationSpecification when !settings.Tls.Enabled
            && WantsTls(e) => new(
            $"{server} refused user '{settings.User}' without TLS [{e.SqlState}]: {e.MessageText}.",
            "The server takes no connection in plain text (on Amazon RDS: rds.force_ssl), or the user is in rds_iam and needs a token.",
            "Write pg_ssl = on; for a user in rds_iam write pg_iam_auth = on.",
            e),
        PostgresErrorCodes.InvalidAuthorizationSpecification => new(
            $"{server} refused user '{settings.User}': {e.MessageText} [{e.SqlState}].",
            settings.Tls.Enabled ? "The user may not log in, or not from here."
                : "The user may not log in, not from here, or not without TLS.",
            "Check pg_user, and the server's pg_hba.conf"
                + (settings.Tls.Enabled ? "." : "; where the server wants TLS, write pg_ssl = on."),
            e),
        PostgresErrorCodes.InvalidCatalogName => NoDatabase(e, settings, server),
        PostgresErrorCodes.InsufficientPrivilege => new(
            $"User '{settings.User}' may not connect to database '{settings.Database}' on {server} [{e.SqlState}].",
            cause: null,
            $"Allow it, as the owner of the database or a superuser: GRANT CONNECT ON DATABASE {Sql.Identifier(settings.Database)} TO "
                + $"{Sql.Identifier(settings.User)};",
            e),
        PostgresErrorCodes.TooManyConnections => Full(e, server),
        PostgresErrorCodes.CannotConnectNow => NotYet(e, server),
        _ => new(
            $"{server} refused the connection: {e.MessageText} [{e.SqlState}].",
            ServerWords.Of(e) is { Length: > 0 } words ? words.TrimEnd() : null,
            "Fix the problem that the server reports, and run the command again.",
            e)
        { IsTransient = IsTransient(e) },
    };

    // PgBouncer has an alias for a database, or none; a server names the database that was asked for.
    private static MigratorException NoDatabase(PostgresException e, PostgresSettings settings, string server)
    {
        var (user, database) = (Sql.Identifier(settings.User), Sql.Identifier(settings.Database));
        return e.MessageText.Contains("no such database", StringComparison.Ordinal)
            || !e.MessageText.Contains(settings.Database, StringComparison.Ordinal)
            ? new(
                $"{server} has no database '{settings.Database}' [{e.SqlState}].",
                $"A pooler answers there, with names of its own for databases. It says: {e.MessageText.TrimEnd('.')}.",
                $"Check pg_database (KONG_PG_DATABASE). With PgBouncer, correct or add its entry '{settings.Database} = host=... "
                    + "dbname=...' in [databases] of pgbouncer.ini, where dbname is the database of the server, and reload it.",
                e)
            : new(
                $"{server} has no database '{settings.Database}' [{e.SqlState}].",
                cause: null,
                $"Check pg_database (KONG_PG_DATABASE), or make it, as {SessionDiagnosis.Administrator}: GRANT {user} TO CURRENT_USER; "
                    + $"CREATE DATABASE {database} OWNER {user}; REVOKE {user} FROM CURRENT_USER;",
                e);
    }

    private static MigratorException NotYet(PostgresException e, string server) => new(
        $"{server} does not accept connections yet: {e.MessageText} [{e.SqlState}].",
        PoolerWords.IsOfEarlierLogin(e)
            ? "A login of PgBouncer failed, and it refuses new ones until server_login_retry (15 s) is over."
            : PoolerWords.Is(e) ? "The pooler has no server just now: it starts up, fails over, or cannot be reached from the pooler."
            : "The server is starting up, recovering or shutting down.",
        PoolerWords.IsOfEarlierLogin(e)
            ? "See PgBouncer's log for the reason (user, password, database, pg_hba.conf), or try again after that time: --wait 30"
            : "Try again in a moment.",
        e)
    { IsTransient = true };

    private static MigratorException Full(PostgresException e, string server) => new(
        $"{server} has no connection left: {e.MessageText} [{e.SqlState}].",
        cause: null,
        "Try again, close idle connections, or raise max_connections on the server" + (PoolerWords.Is(e)
            ? ", or the pooler's limit (PgBouncer: max_client_conn, default_pool_size; Pgpool-II: num_init_children)." : "."),
        e)
    { IsTransient = true };

    // Class 53: the server is short of a resource.
    private static bool IsTransient(PostgresException e) =>
        TransientRefusal.Is(e) || e.SqlState.StartsWith("53", StringComparison.Ordinal);

    private static bool WantsTls(PostgresException e) => e.MessageText.Contains("no encryption", StringComparison.Ordinal)
        || e.MessageText.Contains("TLS", StringComparison.Ordinal) || e.MessageText.Contains("SSL", StringComparison.Ordinal);

    /// <summary>The refusals that have the SQLSTATE of others, and a routine of their own; null for others.</summary>
    private static MigratorException? ByRoutine(PostgresException e, PostgresSettings settings, string server) =>
        PoolerWords.SqlState(e) switch
        {
            PostgresErrorCodes.InvalidAuthorizationSpecification when IsOfUser(e) => new(
                $"{server} refused user '{settings.User}': {e.MessageText} [{e.SqlState}].",
                cause: null,
                $"Check pg_user; check prints the SQL that makes the user. If it may not log in, as "
                    + $"{SessionDiagnosis.Administrator}: ALTER ROLE "
                    + $"{Sql.Identifier(settings.User)} LOGIN;",
                e),
            PostgresErrorCodes.TooManyConnections when IsOfUser(e) || IsOfDatabase(e) => new(
                $"{server} has no connection left: {e.MessageText} [{e.SqlState}].",
                $"The limit is that of the {(IsOfUser(e) ? "user" : "database")}.",
                "Try again, close idle connections, or remove the limit, as " + (IsOfUser(e)
                    ? $"{SessionDiagnosis.Administrator}: ALTER ROLE {Sql.Identifier(settings.User)} CONNECTION LIMIT -1;"
                    : $"the owner of the database or a superuser: ALTER DATABASE {Sql.Identifier(settings.Database)} CONNECTION LIMIT -1;"),
                e)
            { IsTransient = true },
            PostgresErrorCodes.ObjectNotInPrerequisiteState when IsOfDatabase(e) => new(
                $"{server} refused the connection: {e.MessageText} [{e.SqlState}].",
                cause: null,
                $"Allow it, connected to another database as its owner or a superuser: ALTER DATABASE {Sql.Identifier(settings.Database)} "
                    + "ALLOW_CONNECTIONS true;",
                e),
            _ => null,
        };

    private static bool IsOfUser(PostgresException e) => e.Routine == OfUser || PoolerWords.IsOfRole(e);

    private static bool IsOfDatabase(PostgresException e) => e.Routine == OfDatabase || PoolerWords.IsOfDatabase(e);

    // Amazon RDS uses PAM for members of rds_iam only.
    private static bool WantsToken(PostgresException e) =>
        e.MessageText.Contains("PAM authentication failed", StringComparison.Ordinal)
            || e.MessageText.Contains("IAM authentication failed", StringComparison.Ordinal);
}
