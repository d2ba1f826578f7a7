using System.Text.Json;
using Npgsql;

namespace Migrator.Ledger;

/// <summary>
/// Kong's ledger, the table <c>schema_meta</c>, and all SQL that touches it. The rows are Kong's own, so that Kong and migrator can take
/// turns on one database (Kong 3.9, spec of the ledger: docs/architecture.md).
/// </summary>
internal static class SchemaMeta
{
    /// <summary>Kong's mutex, see <see cref="KongLock"/>.</summary>
    public static readonly IReadOnlyList<string> CreateLocks =
    [
        "CREATE TABLE IF NOT EXISTS locks (key text PRIMARY KEY, owner text, ttl timestamptz)",
        "CREATE INDEX IF NOT EXISTS locks_ttl_idx ON locks (ttl)",
    ];

    /// <summary>The tables that Kong makes before its first migration: its ledger and its lock.</summary>
    public static readonly IReadOnlyList<string> CreateTables =
    [
        """
        CREATE TABLE IF NOT EXISTS schema_meta (
          key text, subsystem text, last_executed text, executed text[], pending text[], PRIMARY KEY (key, subsystem))
        """,
        .. CreateLocks,
    ];

    /// <summary>
    /// Reads the ledger into a setting of the transaction: as JSON, or as nothing where there is no ledger. A plain SELECT would be an error
    /// on an empty database; asking first whether the table is there would cost another round trip.
    /// </summary>
    public const string Read =
        """
        DO $$
        BEGIN
          PERFORM set_config('migrator.ledger', '', true);
          IF to_regclass('schema_meta') IS NOT NULL THEN
            PERFORM set_config('migrator.ledger', coalesce((
              SELECT json_agg(json_build_object(
                'subsystem', subsystem, 'last_executed', last_executed, 'executed', executed, 'pending', pending) ORDER BY subsystem)
                FROM schema_meta WHERE key = 'schema_meta')::text, '[]'), true);
          END IF;
        END
        $$
        """;

    /// <summary>What <see cref="Read"/> has read, as an expression.</summary>
    public const string Snapshot = "current_setting('migrator.ledger', true)";

    /// <summary>The rows of a snapshot; null where there is no ledger.</summary>
    public static IReadOnlyList<LedgerRow>? Parse(string snapshot) =>
        snapshot.Length == 0 ? null : JsonSerializer.Deserialize(snapshot, LedgerJson.Default.IReadOnlyListLedgerRow);

    /// <summary>Records that a migration is done. A name that is there already is not added again.</summary>
    public static NpgsqlBatchCommand RecordExecuted(string subsystem, string migration) => Command(
        """
        INSERT INTO schema_meta AS m (key, subsystem, last_executed, executed) VALUES ('schema_meta', $1, $2, ARRAY[$2])
        ON CONFLICT (key, subsystem) DO UPDATE SET
          last_executed = excluded.last_executed,
          executed = CASE WHEN $2 = ANY (m.executed) THEN m.executed ELSE array_append(m.executed, $2) END,
          pending = array_remove(m.pending, $2)
        """,
        subsystem,
        migration);

    /// <summary>Records that a migration's up phase is done and its finish phase is to come.</summary>
    public static NpgsqlBatchCommand RecordPending(string subsystem, string migration) => Command(
        """
        INSERT INTO schema_meta AS m (key, subsystem, pending) VALUES ('schema_meta', $1, ARRAY[$2])
        ON CONFLICT (key, subsystem) DO UPDATE SET
          pending = CASE WHEN $2 = ANY (m.pending) THEN m.pending ELSE array_append(m.pending, $2) END
        """,
        subsystem,
        migration);

    private static NpgsqlBatchCommand Command(string sql, string subsystem, string migration) => new(sql)
    {
        Parameters = { new NpgsqlParameter<string> { TypedValue = subsystem }, new NpgsqlParameter<string> { TypedValue = migration } },
    };
}
