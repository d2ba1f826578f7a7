namespace Migrator.Sessions;

/// <summary>The refusals after which a later attempt may succeed, without anyone changing anything.</summary>
internal static class TransientRefusal
{
    // Npgsql has no name for it: idle_session_timeout ended the session.
    private const string IdleSessionTimeout = "57P05";

    /// <summary>Whether a later attempt may succeed.</summary>
    /// <remarks>
    /// Class 40: a standby ended the statement, because its replay had to go on; or a deadlock. Classes 08 and 57P: the connection broke,
    /// or the server starts, stops or fails over. 53300: no connection is left.
    /// </remarks>
    public static bool Is(PostgresException e) => PoolerWords.SqlState(e) switch
    {
        PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow
            or PostgresErrorCodes.TooManyConnections or IdleSessionTimeout or SessionErrors.IdleInTransactionTimeout => true,
        PostgresErrorCodes.ProtocolViolation => false,
        var state => state.StartsWith("08", StringComparison.Ordinal) || state.StartsWith("40", StringComparison.Ordinal),
    };
}

/// <summary>
/// What poolers say in words only: PgBouncer reports nearly everything as 08P01, Pgpool-II as XX000. The words are those of PgBouncer 1.18
/// to 1.25, Pgpool-II 4.3 to 4.6, and RDS Proxy (user guide, "Troubleshooting RDS Proxy").
/// </summary>
internal static class PoolerWords
{
    private const string OfRole = "role \"";

    // The first that fits counts: a failed login of the pooler itself has the server's words inside its own.
    private static readonly (string SqlState, string[] Words)[] Meanings =
    [
        (PostgresErrorCodes.TooManyConnections, ["too many connections for"]),
        (PostgresErrorCodes.InsufficientPrivilege, ["permission denied for database"]),
        (PostgresErrorCodes.ObjectNotInPrerequisiteState, ["not currently accepting connections"]),
        (PostgresErrorCodes.InvalidAuthorizationSpecification,
            [OfRole, "is not permitted to log in", "PAM authentication failed", "IAM authentication failed", "pg_hba.conf rejects"]),
        (PostgresErrorCodes.InvalidCatalogName, ["no such database", "does not exist", "database does not allow connections"]),
        (PostgresErrorCodes.InvalidPassword,
        [
            "authentication failed", "failed to authenticate with backend", "no such user", "auth failed", "empty password",
            "The password that was provided for the role", "has no credentials for the role", "wrong password type",
        ]),
        (PostgresErrorCodes.InvalidAuthorizationSpecification,
            ["login rejected", "no pg_hba.conf entry", "TLS connection required", "SSL required", "requires TLS", "only with SSL"]),
        (PostgresErrorCodes.TooManyConnections,
        [
            "no more connections allowed", "too many clients", "too many connections", "connection slots are reserved",
            "query_wait_timeout", "waiting to acquire database connection", "maximum number of client connections",
        ]),
        (PostgresErrorCodes.CannotConnectNow,
        [
            "server login", "client_login_timeout", "connect timeout", "server down", "server conn", "server closed", "server_",
            "cannot connect to server", "the database system is", "shutting down", "shut down", "not accepting", "failover",
            "backend nodes are down", "failed to create a backend connection", "unable to read", "unable to get", "connection terminated",
            "backend error", "timeout",
        ]),
    ];

    /// <summary>Returns the SQLSTATE that PostgreSQL has for what a pooler says; for a message of PostgreSQL, its own.</summary>
    public static string SqlState(PostgresException e) => !Is(e) ? e.SqlState
        : Meanings.FirstOrDefault(m => m.Words.Any(w => e.MessageText.Contains(w, StringComparison.OrdinalIgnoreCase))).SqlState
            ?? e.SqlState;

    /// <summary>Whether a pooler repeats that the server refused the user, or has no connection left for it.</summary>
    public static bool IsOfRole(PostgresException e) => Is(e) && (e.MessageText.Contains(OfRole, StringComparison.Ordinal)
        || e.MessageText.Contains("is not permitted to log in", StringComparison.Ordinal));

    /// <summary>Whether a pooler repeats that the server refused the database, or has no connection left for it.</summary>
    public static bool IsOfDatabase(PostgresException e) => Is(e) && (e.MessageText.Contains("for database", StringComparison.Ordinal)
        || e.MessageText.Contains("not currently accepting connections", StringComparison.Ordinal));

    /// <summary>Whether PgBouncer refuses a login because one before it failed, without its reason.</summary>
    public static bool IsOfEarlierLogin(PostgresException e) =>
        Is(e) && e.MessageText.Contains("server_login_retry", StringComparison.Ordinal);

    /// <summary>Whether a message may be that of a pooler.</summary>
    public static bool Is(PostgresException e) =>
        e.SqlState is PostgresErrorCodes.InternalError || e.SqlState.StartsWith("08", StringComparison.Ordinal);
}
