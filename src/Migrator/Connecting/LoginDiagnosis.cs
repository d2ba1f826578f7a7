using Migrations.Dsl;
using Migrator.Configuration.Connection;
using Migrator.Errors;
using Migrator.Sessions;
using Npgsql;

namespace Migrator.Connecting;

/// <summary>Explains why PostgreSQL refused a login (PostgreSQL manual, appendix A "Error Codes").</summary>
internal static class LoginDiagnosis
{
    // Routines of PostgreSQL that refuse a login, in any language of the server.
    private const string OfUser = "InitializeSessionUserId";
    private const string OfDatabase = "CheckMyDatabase";

    /// <summary>The error to show for a refused login.</summary>
    public static MigratorException Explain(PostgresException e, PostgresSettings settings, string server) => e.SqlState switch
    {
        _ when ByRoutine(e, settings, server) is { } known => known,
        PostgresErrorCodes.InvalidPassword => new(
            $"{server} refused the password of user '{settings.User}' [{e.SqlState}].",
            settings.Password is null ? "No password is set." : "The password is wrong, or the user does not exist.",
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
            && e.MessageText.Contains("no encryption", StringComparison.Ordinal) => new(
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
        PostgresErrorCodes.InvalidCatalogName => new(
            $"{server} has no database '{settings.Database}' [{e.SqlState}].",
            cause: null,
            $"Check pg_database (KONG_PG_DATABASE), or make it, as a superuser: CREATE DATABASE {Sql.Identifier(settings.Database)} OWNER "
                + $"{Sql.Identifier(settings.User)};",
            e),
        PostgresErrorCodes.InsufficientPrivilege => new(
            $"User '{settings.User}' may not connect to database '{settings.Database}' on {server} [{e.SqlState}].",
            cause: null,
            $"Allow it, as the owner of the database or a superuser: GRANT CONNECT ON DATABASE {Sql.Identifier(settings.Database)} TO "
                + $"{Sql.Identifier(settings.User)};",
            e),
        PostgresErrorCodes.TooManyConnections => new(
            $"{server} has no connection left: {e.MessageText} [{e.SqlState}].",
            cause: null,
            "Try again, close idle connections, or raise max_connections on the server.",
            e)
        { IsTransient = true },
        PostgresErrorCodes.CannotConnectNow => new(
            $"{server} does not accept connections yet: {e.MessageText} [{e.SqlState}].",
            "The server is starting up, recovering or shutting down.",
            "Try again in a moment.",
            e)
        { IsTransient = true },
        _ => new(
            $"{server} refused the connection: {e.MessageText} [{e.SqlState}].",
            ServerWords.Of(e) is { Length: > 0 } words ? words.TrimEnd() : null,
            "Fix the problem that the server reports, and run the command again.",
            e)
        { IsTransient = IsTransient(e) },
    };

    /// <summary>The refusals that have the SQLSTATE of others, and a routine of their own; null for others.</summary>
    private static MigratorException? ByRoutine(PostgresException e, PostgresSettings settings, string server) => e.SqlState switch
    {
        PostgresErrorCodes.InvalidAuthorizationSpecification when e.Routine == OfUser => new(
            $"{server} refused user '{settings.User}': {e.MessageText} [{e.SqlState}].",
            cause: null,
            $"Check pg_user; check prints the SQL that makes the user. If it may not log in, as a superuser: ALTER ROLE "
                + $"{Sql.Identifier(settings.User)} LOGIN;",
            e),
        PostgresErrorCodes.TooManyConnections when e.Routine is OfUser or OfDatabase => new(
            $"{server} has no connection left: {e.MessageText} [{e.SqlState}].",
            $"The limit is that of the {(e.Routine == OfUser ? "user" : "database")}.",
            "Try again, close idle connections, or remove the limit, as a superuser: " + (e.Routine == OfUser
                ? $"ALTER ROLE {Sql.Identifier(settings.User)} CONNECTION LIMIT -1;"
                : $"ALTER DATABASE {Sql.Identifier(settings.Database)} CONNECTION LIMIT -1;"),
            e)
        { IsTransient = true },
        PostgresErrorCodes.ObjectNotInPrerequisiteState when e.Routine == OfDatabase => new(
            $"{server} refused the connection: {e.MessageText} [{e.SqlState}].",
            cause: null,
            $"Allow it, connected to another database as a superuser: ALTER DATABASE {Sql.Identifier(settings.Database)} "
                + "ALLOW_CONNECTIONS true;",
            e),
        _ => null,
    };

    /// <summary>Whether a later attempt may succeed.</summary>
    private static bool IsTransient(PostgresException e) => e.SqlState switch
    {
        // Classes 57P, 53 and 08: the server is shutting down, is short of a resource, or the connection broke. PgBouncer 1.18 reports both
        // an unreachable server and "no such database" as 08P01: only the message text tells them apart.
        PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown => true,
        PostgresErrorCodes.ProtocolViolation => e.MessageText.Contains("server", StringComparison.Ordinal)
            || e.MessageText.Contains("timeout", StringComparison.Ordinal),
        var state => state.StartsWith("53", StringComparison.Ordinal) || state.StartsWith("08", StringComparison.Ordinal),
    };

    // Amazon RDS uses PAM for members of rds_iam only.
    private static bool WantsToken(PostgresException e) =>
        e.MessageText.Contains("PAM authentication failed", StringComparison.Ordinal)
            || e.MessageText.Contains("IAM authentication failed", StringComparison.Ordinal);
}
