using Migrator.Ledger;
using Npgsql;

namespace Migrator.Locking;

/// <summary>
/// Makes sure that only one migrator at a time works on a schema, and only on what it has seen. The lock is PostgreSQL's advisory lock of
/// the transaction (manual, 13.3.5): it ends with the transaction, however that ends, and works behind a pooler in transaction mode. It
/// is tried, never waited for inside a transaction: a transaction that waits holds up index builds and vacuum.
/// </summary>
internal static class SchemaLock
{
    /// <summary>Our SQLSTATE for: another migrator is at work.</summary>
    public const string Busy = "KM001";

    /// <summary>Our SQLSTATE for: the ledger is not what it was when the run looked.</summary>
    public const string LedgerChanged = "KM002";

    /// <summary>
    /// Whether an error means that somebody else was quicker, so that the run has to look again. When two make the first table at once, the
    /// slower one waits for the quicker one's COMMIT, and fails on a key of the system catalogue.
    /// </summary>
    public static bool IsConflict(PostgresException e) => e switch
    {
        { SqlState: Busy or LedgerChanged } => true,
        { SqlState: PostgresErrorCodes.UniqueViolation, SchemaName: "pg_catalog" } => true,
        _ => false,
    };

    /// <summary>The first half of the lock's key, so that it meets no other program's; the second is the schema's name, hashed.</summary>
    private const int KeySpace = 0x4B4F4E47;

    /// <summary>One line about the session that holds the lock of the current schema, as an expression; NULL where there is none.</summary>
    public static readonly string Holder =
        $"""
        (SELECT format('a migrator, server process %s, application %s, from %s, since %s', a.pid, coalesce(a.application_name, '?'),
          coalesce(host(a.client_addr), 'a local socket'),
                to_char(a.xact_start, 'YYYY-MM-DD HH24:MI:SS "UTC"'))
           FROM pg_locks AS l LEFT JOIN pg_stat_activity AS a USING (pid)
          WHERE l.locktype = 'advisory' AND l.granted AND l.classid::bigint = {KeySpace}
            AND l.objid::bigint = hashtext(current_setting('migrator.schema'))::bigint & 4294967295
            AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) LIMIT 1)
        """;

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
    /// <param name="expected">The ledger as it was read.</param>
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
                RAISE EXCEPTION 'the ledger has changed' USING ERRCODE = '{LedgerChanged}';
              END IF;
            END
            $$
            """);
    }
}
