using System.Data.Common;
using System.Globalization;
using Npgsql;

namespace Migrator.Sessions;

/// <summary>
/// The beginning and end of every transaction. Whatever a role, a database or a pooler has set that could change what our SQL means, or end
/// it early, is set here, for this transaction only (manual, chapter 20 "Server Configuration").
/// </summary>
internal static class TransactionSql
{
    /// <summary>
    /// Lets the server notice that the client is gone. Without it a statement goes on, and keeps its locks, until it has something to send;
    /// and a client whose machine vanished holds them for two hours. Not every server can: before 14 there is no such setting.
    /// </summary>
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

    /// <summary>
    /// Notes the gateway's schema in a setting, and leaves no schema in the search_path that others may create in: PostgreSQL chooses an
    /// overload by its argument types among all schemas of the path, whatever their order, so a function, operator or cast of another role
    /// would run with our rights (manual, 10.3). pg_temp is named last, or it would come first (manual, 19.11.1). This statement itself
    /// still runs in the session's own path: every function, operator and type in it names its schema. "$user" stands for the user's name,
    /// as it does in a search_path.
    /// </summary>
    private const string EnterSchema =
        """
        SELECT pg_catalog.set_config('migrator.schema',
                 CASE WHEN $1 OPERATOR(pg_catalog.=) '$user' THEN CURRENT_USER::pg_catalog.text
                      ELSE COALESCE($1, pg_catalog.current_schema()::pg_catalog.text, 'public') END, true),
               pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true)
        """;

    /// <summary>
    /// How many results the beginning of a transaction has: those of <see cref="EnterSchema"/> and of the other settings.
    /// </summary>
    private const int ResultsOfBeginning = 2;

    /// <summary>
    /// Whoever only looks waits for nobody for long: not for a reset, which holds every table, nor for a server that is stuck.
    /// </summary>
    private static readonly Limits OfReading = new(Statement: TimeSpan.FromSeconds(30), Lock: TimeSpan.FromSeconds(1));

    /// <summary>
    /// Between an answer and the next message there is nothing but the network. A runner that stands still there, stopped or on a machine
    /// that sleeps, loses its transaction, well before others that wait for it give up (--lock-timeout is 60 s, unless it is given).
    /// </summary>
    private static readonly TimeSpan OfIdling = TimeSpan.FromSeconds(20);

    /// <summary>Ends a transaction.</summary>
    public static NpgsqlBatchCommand Commit => new("COMMIT");

    /// <summary>Begins a transaction that only reads.</summary>
    /// <param name="schema">pg_schema; null for what the server says.</param>
    public static IEnumerable<NpgsqlBatchCommand> BeginReading(string? schema) => Begin("READ ONLY", schema, OfReading);

    /// <summary>Begins a transaction that may change something.</summary>
    /// <param name="schema">pg_schema; null for what the server says.</param>
    /// <param name="limits">How long things may take.</param>
    public static IEnumerable<NpgsqlBatchCommand> BeginWriting(string? schema, Limits limits) =>
        [.. Begin("READ WRITE", schema, limits), new NpgsqlBatchCommand(NoticeDeadClient)];

    /// <summary>Goes on from the results of the transaction's beginning to the first one of what comes after it.</summary>
    public static async Task SkipBeginningAsync(DbDataReader reader, CancellationToken cancellationToken)
    {
        for (var result = 0; result < ResultsOfBeginning; result++)
        {
            await reader.NextResultAsync(cancellationToken);
        }
    }

    private static IEnumerable<NpgsqlBatchCommand> Begin(string access, string? schema, Limits limits)
    {
        // READ COMMITTED, whatever the default: after waiting for a lock, a statement must see what the other one committed.
        yield return new NpgsqlBatchCommand($"BEGIN ISOLATION LEVEL READ COMMITTED {access}");

        // At once, as a role may have a limit within which a server process that is new does not even understand the long statement below.
        // PostgreSQL 10 starts its statement_timeout once for a whole message, and again only after a transaction command: such as these.
        yield return new NpgsqlBatchCommand($"SET LOCAL statement_timeout = {Text(limits.Statement)}");
        yield return new NpgsqlBatchCommand("SAVEPOINT settings");
        yield return new NpgsqlBatchCommand("RELEASE SAVEPOINT settings");

        yield return new NpgsqlBatchCommand(EnterSchema)
        {
            Parameters = { new NpgsqlParameter { Value = (object?)schema ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text } },
        };

        // The time between two transactions is no transaction's: idle_session_timeout is set for the session. A pooler in transaction mode
        // keeps it, which does no harm there: its sessions are idle by trade. With row_security off, a policy that would hide rows from us
        // is an error. A role that does not wait for its commits to be on disk waits for ours: exit code 0 is a promise.
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

/// <summary>How long the server lets things take; null for no limit.</summary>
/// <param name="Statement">One statement (--db-timeout).</param>
/// <param name="Lock">One wait for a lock that somebody else holds (--ddl-lock-timeout).</param>
/// <param name="Idle">A transaction whose client says nothing; null for the usual.</param>
internal sealed record Limits(TimeSpan? Statement = null, TimeSpan? Lock = null, TimeSpan? Idle = null);
