using Migrator.Ledger;

namespace Migrator.Locking;

/// <summary>Lets only one migrator at a time work on a schema, and only on the ledger that it has read.</summary>
/// <remarks>
/// It is a transaction-level advisory lock (PostgreSQL 17, 13.3.5). It ends with the transaction in every case, and works behind a pooler
/// in transaction mode. A transaction never waits for it, because a waiting transaction delays index builds and vacuum.
/// </remarks>
internal static class SchemaLock
{
    /// <summary>Our SQLSTATE if another runner works on the schema.</summary>
    public const string Busy = "KM001";

    /// <summary>Our SQLSTATE if the ledger has changed since the run read it.</summary>
    public const string LedgerChanged = "KM002";

    /// <summary>Whether an error means that another runner was quicker, so that the database must be read again.</summary>
    /// <remarks>
    /// If two runners create the first table at once, the slower one waits for the other's COMMIT and then violates a unique key of the
    /// system catalog.
    /// </remarks>
    public static bool IsConflict(PostgresException e) => e switch
    {
        { SqlState: Busy or LedgerChanged } => true,
        { SqlState: PostgresErrorCodes.UniqueViolation, SchemaName: "pg_catalog" } => true,
        _ => false,
    };

    /// <summary>The first half of the lock's key, which no other program uses. The second is a hash of the schema's name.</summary>
    private const int KeySpace = 0x4B4F4E47;

    private static readonly string IsHeld =
        $"""
        l.locktype = 'advisory' AND l.granted AND l.classid::bigint = {KeySpace}
            AND l.objid::bigint = hashtext(current_setting('migrator.schema'))::bigint & 4294967295
            AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        """;

    /// <summary>Describes the session that holds the lock in one line, as an SQL expression; NULL if there is none.</summary>
    public static readonly string Holder =
        $"""
        (SELECT format('a migrator, server process %s, application %s, from %s, since %s', a.pid, coalesce(a.application_name, '?'),
          coalesce(host(a.client_addr), 'a local socket'),
                to_char(a.xact_start, 'YYYY-MM-DD HH24:MI:SS "UTC"'))
           FROM pg_locks AS l LEFT JOIN pg_stat_activity AS a USING (pid)
          WHERE {IsHeld} LIMIT 1)
        """;

    /// <summary>Whether the session that holds the lock executes something, as an SQL expression for another session.</summary>
    /// <remarks>
    /// Who holds it is not known behind a pooler. If it is another runner by now, its work ends too. A session of another user has no
    /// visible state, and with track_activities off none has one: they count as at work.
    /// </remarks>
    public static readonly string IsAtWork =
        $"""
        EXISTS (SELECT FROM pg_locks AS l LEFT JOIN pg_stat_activity AS a USING (pid)
          WHERE {IsHeld} AND (a.state IS NULL OR a.state NOT LIKE 'idle%'))
        """;

    /// <summary>Whether the COMMIT of the session that holds the lock waits for a synchronous standby, as an SQL expression.</summary>
    public static readonly string WaitsForStandby =
        $"EXISTS (SELECT FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid) WHERE {IsHeld} AND a.wait_event = 'SyncRep')";

    /// <summary>Takes the lock until the transaction ends, or fails with <see cref="Busy"/>.</summary>
    public static readonly string Try =
        $"""
        DO $$
        BEGIN
          IF NOT pg_try_advisory_xact_lock({KeySpace}, hashtext(current_setting('migrator.schema'))) THEN
            RAISE EXCEPTION 'another migrator is at work' USING ERRCODE = '{Busy}';
          END IF;
        END
        $$
        """;

    /// <summary>Takes the lock and compares the ledger, or fails with <see cref="Busy"/> or <see cref="LedgerChanged"/>.</summary>
    /// <param name="expected">The ledger that the run read.</param>
    public static IEnumerable<NpgsqlBatchCommand> Take(LedgerSnapshot expected)
    {
        yield return new NpgsqlBatchCommand(Try);
        yield return new NpgsqlBatchCommand(SchemaMeta.Read);
        yield return new NpgsqlBatchCommand("SELECT set_config('migrator.expected', $1, true)")
        {
            Parameters = { new NpgsqlParameter<string> { TypedValue = expected.Text } },
        };
        yield return new NpgsqlBatchCommand(
            $"""
            DO $$
            BEGIN
              IF {SchemaMeta.Snapshot} <> current_setting('migrator.expected') THEN
                RAISE EXCEPTION 'the ledger has changed'
                  USING ERRCODE = '{LedgerChanged}', HINT = 'Other migrations have run. For a script: make it anew with migrator plan.';
              END IF;
            END
            $$
            """);
    }
}
