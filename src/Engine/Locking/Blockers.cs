using System.Data;
using System.Data.Common;

namespace Migrator.Locking;

/// <summary>Finds the sessions that block a statement, or blocked it: those that hold a lock on a table of the gateway.</summary>
internal static class Blockers
{
    private const string Key = "migrator.blockers";

    // An autovacuum worker is the one process without a user that locks tables; its description is visible to few.
    private const string IsForWraparound =
        """
        c.relkind = 'r' AND (age(c.relfrozenxid) > current_setting('autovacuum_freeze_max_age')::int
                          OR mxid_age(c.relminmxid) > current_setting('autovacuum_multixact_freeze_max_age')::int)
        """;

    // The locks of a prepared transaction (two-phase commit) have no process. Its lock on its own transaction id identifies it.
    private static string Query(string isBlocker) =>
        $"""
        SELECT CASE WHEN p.gid IS NULL AND a.usesysid IS NULL
                 THEN concat('an autovacuum (process ', a.pid, ') on ', string_agg(DISTINCT c.relname, ' '),
                        CASE WHEN bool_or({IsForWraparound}) THEN ' to prevent wraparound, which PostgreSQL does not cancel' END)
               WHEN p.gid IS NULL
                 THEN concat_ws(', ', 'process ' || a.pid, 'application ' || coalesce(nullif(a.application_name, ''), '?'),
                   'user ' || a.usename,
                        'for ' || extract(epoch FROM clock_timestamp() - a.xact_start)::int || ' s', 'on ' || string_agg(DISTINCT c.relname,
                          ' '),
                        a.state || ': ' || left(regexp_replace(a.query, '\s+', ' ', 'g'), 100))
                 ELSE concat_ws(', ', 'prepared transaction ' || quote_literal(p.gid), 'user ' || p.owner,
                        'for ' || extract(epoch FROM clock_timestamp() - p.prepared)::int || ' s', 'on ' || string_agg(DISTINCT c.relname,
                          ' '),
                        'end it with: ROLLBACK PREPARED ' || quote_literal(p.gid) || ';') END AS blocker,
               CASE WHEN p.gid IS NULL AND a.usesysid IS NULL THEN ''
                    WHEN p.gid IS NULL THEN 'SELECT pg_terminate_backend(' || a.pid || ');'
                 ELSE 'ROLLBACK PREPARED ' || quote_literal(p.gid) || ';' END AS end_sql,
               CASE WHEN p.gid IS NOT NULL THEN p.owner || ' or a superuser, in this database'
                    WHEN r.rolsuper THEN 'a superuser'
                    ELSE coalesce(a.usename, '?') || ', a member of it or of pg_signal_backend (on RDS: of rds_superuser)' END AS ended_by,
               CASE WHEN p.gid IS NULL AND a.usesysid IS NULL AND NOT bool_or({IsForWraparound})
                 THEN (SELECT setting::float8 FROM pg_settings WHERE name = 'deadlock_timeout') END AS cancelled_after
          FROM pg_locks AS l JOIN pg_class AS c ON c.oid = l.relation
          LEFT JOIN pg_stat_activity AS a ON a.pid = l.pid
          LEFT JOIN pg_roles AS r ON r.oid = a.usesysid
          LEFT JOIN pg_locks AS own ON l.pid IS NULL AND own.pid IS NULL AND own.locktype = 'transactionid'
            AND own.virtualtransaction = l.virtualtransaction
          LEFT JOIN pg_prepared_xacts AS p ON p.transaction = own.transactionid
         WHERE l.granted AND l.locktype = 'relation' AND l.pid IS DISTINCT FROM pg_backend_pid() AND c.relkind IN ('r', 'p')
           AND (a.pid IS NOT NULL OR p.gid IS NOT NULL)
           AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
           AND c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_setting('migrator.schema'))
           AND ({isBlocker})
         GROUP BY a.pid, a.usesysid, r.rolsuper, a.application_name, a.usename, a.xact_start, a.state, a.query, p.gid, p.owner, p.prepared
         ORDER BY coalesce(a.xact_start, p.prepared) NULLS LAST LIMIT 3
        """;

    // The statement no longer waits, so pg_blocking_pids cannot be asked.
    private static readonly string OfStatement =
        Query(@"$1 = '' OR $1 ~ ('\m' || regexp_replace(c.relname, '(\W)', '\\\1', 'g') || '\M')");

    // Behind a pooler nobody knows the process of a session. Of a prepared transaction, the process is 0.
    private static readonly string OfWaiting = Query(
        """
        coalesce(l.pid, 0) = ANY (ARRAY(SELECT unnest(pg_blocking_pids(pid)) FROM pg_stat_activity
          WHERE wait_event_type = 'Lock' AND usename = session_user AND datname = current_database()
            AND application_name = current_setting('application_name')))
        """);

    /// <summary>Returns up to three sessions, the oldest transaction first.</summary>
    /// <param name="session">The connection.</param>
    /// <param name="schema">pg_schema; null for the server's current schema.</param>
    /// <param name="statement">The statement that did not get its lock; empty to consider all tables of the schema.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public static Task<IReadOnlyList<Blocker>> FindAsync(
        IDatabaseSession session, string? schema, string statement, CancellationToken cancellationToken) =>
        session.QueryAsync(schema, [OfStatement], Read, cancellationToken, statement);

    /// <summary>Returns up to three sessions for which our own transaction waits on another connection.</summary>
    /// <param name="session">The connection.</param>
    /// <param name="schema">pg_schema; null for the server's current schema.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public static Task<IReadOnlyList<Blocker>> OfWaitingAsync(
        IDatabaseSession session, string? schema, CancellationToken cancellationToken) =>
        session.QueryAsync(schema, [OfWaiting], Read, cancellationToken);

    /// <summary>The sessions that keep the ledger from being read; empty if the query fails: they are for messages only.</summary>
    /// <inheritdoc cref="OfWaitingAsync" path="/param"/>
    public static async Task<IReadOnlyList<Blocker>> OfLedgerAsync(
        IDatabaseSession session, string? schema, CancellationToken cancellationToken)
    {
        try
        {
            return await FindAsync(session, schema, "schema_meta locks", cancellationToken);
        }
        catch (NpgsqlException)
        {
            return [];
        }
    }

    /// <summary>Adds the sessions to the exception of a read that waited for them, with the error to show.</summary>
    public static void Attach(PostgresException e, IReadOnlyList<Blocker> blockers)
    {
        e.Data[Key] = blockers;
        if (blockers.Count > 0)
        {
            e.Data[SessionDiagnosis.Explained] = new MigratorException(
                $"The ledger cannot be read just now: {e.MessageText} [{e.SqlState}].",
                "Another session has locked the gateway's tables, as a reset does: " + string.Join("; ", blockers.Select(b => b.Text)),
                Blocker.Remedy(blockers) + " Then run the command again.",
                e)
            { ExitCode = ExitCode.Locked };
        }
    }

    /// <summary>The sessions that <see cref="Attach"/> has added.</summary>
    public static IReadOnlyList<Blocker> In(PostgresException e) => e.Data[Key] as IReadOnlyList<Blocker> ?? [];

    private static Blocker Read(DbDataReader row) =>
        new(row.GetString("blocker"), row.GetString("end_sql"), row.GetString("ended_by"))
        {
            CancelledAfter = row.IsDBNull("cancelled_after") ? null : TimeSpan.FromMilliseconds(row.GetDouble("cancelled_after")),
        };
}

/// <summary>A session or a prepared transaction that blocked a statement.</summary>
/// <param name="Text">Its description, in one line.</param>
/// <param name="EndSql">The SQL statement that ends it; empty if the server ends it, or nobody should.</param>
/// <param name="EndedBy">Who may run that statement.</param>
internal sealed record Blocker(string Text, string EndSql, string EndedBy)
{
    /// <summary>What to do with blockers before the command is run again.</summary>
    public static string Remedy(IReadOnlyList<Blocker> blockers)
    {
        var end = blockers.Where(b => b.EndSql.Length > 0).GroupBy(b => b.EndedBy, StringComparer.Ordinal)
            .Select(by => $"as {by.Key}: {string.Join(' ', by.Select(b => b.EndSql))}");
        var all = string.Join(" And ", end);
        return all.Length == 0 ? "Let it end." : $"Let it end, or end it, {all}";
    }

    /// <summary>How long a lock must be waited for until PostgreSQL cancels it (deadlock_timeout); null if it does not.</summary>
    public TimeSpan? CancelledAfter { get; init; }

    /// <summary>Its description, and why it stays if the wait for a lock is too short.</summary>
    /// <param name="limit">How long a statement waits for a lock; null for no limit.</param>
    public string Describe(TimeSpan? limit) => Outlasts(limit)
        ? FormattableString.Invariant($"{Text}, which PostgreSQL cancels only for a wait of more than deadlock_timeout, ")
            + FormattableString.Invariant($"{CancelledAfter!.Value.TotalSeconds:0.###} s")
        : Text;

    /// <summary>Whether the wait for a lock ends before PostgreSQL cancels it.</summary>
    public bool Outlasts(TimeSpan? limit) => limit is { } time && time > TimeSpan.Zero && CancelledAfter >= time;
}
