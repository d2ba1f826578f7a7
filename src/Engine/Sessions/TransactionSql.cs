using System.Data.Common;

namespace Migrator.Sessions;

/// <summary>The commands that begin and end every transaction.</summary>
/// <remarks>
/// They set, for the transaction only, every server setting that could change the meaning of our SQL or end it early if a role, a database
/// or a pooler had set it (PostgreSQL 17, chapter 19 "Server Configuration").
/// </remarks>
internal static class TransactionSql
{
    /// <summary>Makes the server detect a dead client.</summary>
    /// <remarks>
    /// Otherwise a statement continues and keeps its locks until it sends a result, and for two hours if the client's machine vanished.
    /// Servers before 14 have no client_connection_check_interval, and some platforms do not support it.
    /// </remarks>
    private const string NoticeDeadClient =
        """
        DO $$
        BEGIN
          PERFORM set_config('tcp_keepalives_idle', '10', true), set_config('tcp_keepalives_interval', '5', true),
            set_config('tcp_keepalives_count', '3', true);
          IF current_setting('client_connection_check_interval', true) IS NOT NULL THEN
            PERFORM set_config('client_connection_check_interval', '500ms', true);
          END IF;
        EXCEPTION
          WHEN invalid_parameter_value THEN NULL;
        END
        $$
        """;

    /// <summary>Lets deferred triggers run after their statement, not at COMMIT: what they undo is seen.</summary>
    private const string FireAtOnce = "SET CONSTRAINTS ALL IMMEDIATE";

    /// <summary>Stores the gateway's schema and the user in settings, and sets a search_path where no other can create objects.</summary>
    /// <remarks>
    /// PostgreSQL chooses an overload by its argument types among all schemas of the path, whatever their order. So a function, operator or
    /// cast of another role could run with our rights (PostgreSQL 17, 10.3). pg_temp is listed last, because unlisted it would come first
    /// (19.11.1). This statement itself still runs with the session's path, so every function, operator and type in it is qualified with
    /// its schema. "$user" means the user's name, as in a search_path.
    /// </remarks>
    private const string EnterSchema =
        """
        SELECT pg_catalog.set_config('migrator.schema',
                 CASE WHEN $1 OPERATOR(pg_catalog.=) '$user' THEN CURRENT_USER::pg_catalog.text
                      ELSE COALESCE($1, pg_catalog.current_schema()::pg_catalog.text, 'public') END, true),
               pg_catalog.set_config('migrator.user', CURRENT_USER::pg_catalog.text, true),
               pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true)
        """;

    /// <summary>The number of results of the beginning: one of <see cref="EnterSchema"/>, one of the other settings.</summary>
    private const int ResultsOfBeginning = 2;

    /// <summary>The limits of a reading transaction, which must not wait long for a reset or a stuck server.</summary>
    private static readonly Limits OfReading = new(Statement: TimeSpan.FromSeconds(30), Lock: TimeSpan.FromSeconds(1));

    /// <summary>How long a transaction may be idle between two messages.</summary>
    /// <remarks>
    /// Only the network lies between them. A runner that is stopped, or whose machine sleeps, loses its transaction well before other
    /// runners stop waiting for it (--lock-timeout is 60 s by default).
    /// </remarks>
    private static readonly TimeSpan OfIdling = TimeSpan.FromSeconds(20);

    /// <summary>Ends a transaction.</summary>
    public static NpgsqlBatchCommand Commit => new("COMMIT");

    /// <summary>Begins a transaction that only reads.</summary>
    /// <param name="schema">pg_schema; null for the server's current schema.</param>
    /// <param name="limits">The time limits of the transaction; null for the usual ones.</param>
    public static IEnumerable<NpgsqlBatchCommand> BeginReading(string? schema, Limits? limits = null) =>
        Begin("READ ONLY", schema, limits ?? OfReading);

    /// <summary>Begins a transaction that may write.</summary>
    /// <param name="schema">pg_schema; null for the server's current schema.</param>
    /// <param name="limits">The time limits of the transaction.</param>
    public static IEnumerable<NpgsqlBatchCommand> BeginWriting(string? schema, Limits limits) =>
        [.. Begin("READ WRITE", schema, limits), new NpgsqlBatchCommand(NoticeDeadClient), new NpgsqlBatchCommand(FireAtOnce)];

    /// <summary>Acts as another role for the rest of a transaction.</summary>
    /// <remarks>The settings of that role (ALTER ROLE ... SET) do not apply: they do only at a login.</remarks>
    /// <param name="role">The role; null to act as the user.</param>
    public static IEnumerable<NpgsqlBatchCommand> ActAs(string? role) =>
        role is null ? [] : [new NpgsqlBatchCommand($"SET LOCAL ROLE {Sql.Identifier(role)}")];

    /// <summary>Moves a reader past the results of the transaction's beginning.</summary>
    public static async Task SkipBeginningAsync(DbDataReader reader, CancellationToken cancellationToken)
    {
        for (var result = 0; result < ResultsOfBeginning; result++)
        {
            await reader.NextResultAsync(cancellationToken);
        }
    }

    private static IEnumerable<NpgsqlBatchCommand> Begin(string access, string? schema, Limits limits)
    {
        // READ COMMITTED, whatever the default: after waiting for a lock, a statement must see what the other transaction committed.
        yield return new NpgsqlBatchCommand($"BEGIN ISOLATION LEVEL READ COMMITTED {access}");

        // This comes first, because a role may have a limit that is too short for a new server process to parse the long statement below.
        // PostgreSQL 10 starts statement_timeout once for a whole message, and restarts it only after transaction commands such as these.
        yield return new NpgsqlBatchCommand($"SET LOCAL statement_timeout = {Text(limits.Statement)}");
        yield return new NpgsqlBatchCommand("SAVEPOINT settings");
        yield return new NpgsqlBatchCommand("RELEASE SAVEPOINT settings");

        yield return new NpgsqlBatchCommand(EnterSchema)
        {
            Parameters = { new NpgsqlParameter { Value = (object?)schema ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text } },
        };

        // idle_session_timeout applies between transactions, so it is set for the session. A pooler in transaction mode keeps the value,
        // which is harmless: its sessions are often idle. With row_security off, a policy that would hide rows from us is an error. With
        // synchronous_commit, exit code 0 means that the commits are on disk, even if the role does not wait for its own.
        yield return new NpgsqlBatchCommand(
            """
            SELECT set_config('lock_timeout', $1, true),
                   set_config('idle_in_transaction_session_timeout', $2, true),
                   CASE WHEN current_setting('idle_session_timeout', true) <> '0' THEN set_config('idle_session_timeout', '0', false) END,
                   CASE WHEN current_setting('transaction_timeout', true) IS NOT NULL THEN set_config('transaction_timeout', '0', true) END,
                   CASE WHEN current_setting('default_with_oids', true) IS NOT NULL THEN set_config('default_with_oids', 'off', true) END,
                   CASE WHEN current_setting('synchronous_commit') = 'off' THEN set_config('synchronous_commit', 'local', true) END,
                   set_config('row_security', 'off', true),
                   set_config('TimeZone', 'UTC', true),
                   set_config('DateStyle', 'ISO, MDY', true),
                   set_config('array_nulls', 'on', true),
                   set_config('transform_null_equals', 'off', true),
                   set_config('standard_conforming_strings', 'on', true),
                   set_config('quote_all_identifiers', 'off', true),
                   set_config('client_min_messages', 'warning', true)
            """)
        {
            Parameters =
            {
                Milliseconds(limits.Lock),
                Milliseconds(limits.Idle ?? OfIdling),
            },
        };
    }

    private static NpgsqlParameter<string> Milliseconds(TimeSpan? limit) => new()
    {
        TypedValue = Text(limit),
    };

    private static string Text(TimeSpan? limit) => (limit?.TotalMilliseconds ?? 0).ToString("0", CultureInfo.InvariantCulture);
}

/// <summary>The time limits that the server enforces; null for no limit.</summary>
/// <param name="Statement">The limit for one statement (--db-timeout).</param>
/// <param name="Lock">The limit for waiting for one lock (--ddl-lock-timeout).</param>
/// <param name="Idle">The limit for an idle transaction; null for the default, 20 s.</param>
internal sealed record Limits(TimeSpan? Statement = null, TimeSpan? Lock = null, TimeSpan? Idle = null);
