using Migrations;
using Migrator.Ledger;

namespace Migrator.Locking;

/// <summary>All SQL for the table <c>locks</c>, which is Kong's migration lock.</summary>
/// <remarks>
/// Kong (3.9, kong.db.strategies.postgres.connector) deletes every expired row, inserts its own with ON CONFLICT DO NOTHING, and holds the
/// lock if the row was inserted. So our row, committed before the work begins, makes Kong wait. In addition, each of our transactions holds
/// a KEY SHARE lock on the row: if the row expires during a long statement, Kong's DELETE waits for us. A renewal of the ttl does not wait,
/// because the ttl is not part of the key (PostgreSQL 17, 13.3.2).
/// </remarks>
internal static class KongLock
{
    /// <summary>How long a row is valid without renewal, the same as in Kong.</summary>
    private const string Lifetime = "interval '60 seconds'";

    private const string IsOurs = "key = 'migrations' AND owner = current_setting('migrator.owner')";

    private const string Shape = "('key', 'text'), ('owner', 'text'), ('ttl', 'timestamptz')";

    /// <summary>Reads the row into settings of the transaction. A user without rights on this table gets no row.</summary>
    public static readonly string Read =
        $"""
        DO $$
        DECLARE
          {TableShape.Variables}
          is_readable boolean;
          lock_owner text;
          lock_until text;
        BEGIN
          SELECT has_table_privilege(c.oid, 'SELECT') INTO is_readable
            FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
           WHERE n.nspname = schema AND c.relname = 'locks' AND has_schema_privilege(n.oid, 'USAGE');
          PERFORM set_config('migrator.locks_exist', (is_readable IS NOT NULL)::text, true);
          IF is_readable AND {SchemaMeta.Snapshot} <> '' THEN
            {TableShape.Check("locks", Shape)}
            IF is_sound THEN
              EXECUTE format(
                'SELECT coalesce(owner, ''nobody''), coalesce(to_char(ttl, ''YYYY-MM-DD HH24:MI:SS.US''), '''')
                   FROM %I.locks WHERE key = ''migrations'' AND (ttl >= CURRENT_TIMESTAMP OR ttl IS NULL) LIMIT 1', schema)
                INTO lock_owner, lock_until;
            END IF;
            {TableShape.Report("locks")}
          END IF;
          PERFORM set_config('migrator.lock_owner', coalesce(lock_owner, ''), true),
                  set_config('migrator.lock_until', coalesce(lock_until, ''), true);
        END
        $$
        """;

    /// <summary>The owner that <see cref="Read"/> has read, as an SQL expression; empty if there is no row.</summary>
    public const string Owner = "current_setting('migrator.lock_owner')";

    /// <summary>When the row expires, as an SQL expression; empty if it never does or there is no row.</summary>
    public const string Until = "current_setting('migrator.lock_until')";

    /// <summary>Whether the table exists, as an SQL expression.</summary>
    public const string TableExists = "current_setting('migrator.locks_exist')::bool";

    /// <summary>Locks our row until the transaction ends, or fails with <see cref="SchemaLock.Busy"/> if it is no longer ours.</summary>
    public static string Hold(GatewaySchema schema) =>
        $"""
        DO $$
        BEGIN
          PERFORM FROM {schema.Qualify("locks")} WHERE {IsOurs} FOR KEY SHARE;
          IF NOT FOUND THEN
            RAISE EXCEPTION 'the row in locks is no longer ours' USING ERRCODE = '{SchemaLock.Busy}';
          END IF;
        END
        $$
        """;

    /// <summary>Extends the validity of our row.</summary>
    public static string Renew(GatewaySchema schema) =>
        $"UPDATE {schema.Qualify("locks")} SET ttl = clock_timestamp() + {Lifetime} WHERE {IsOurs}";

    /// <summary>Deletes the row if it is ours.</summary>
    public static string Release(GatewaySchema schema) => $"DELETE FROM {schema.Qualify("locks")} WHERE {IsOurs}";

    /// <summary>Inserts our row, replacing an expired or dead owner's, or fails with <see cref="SchemaLock.Busy"/>.</summary>
    /// <remarks>It needs its own transaction, because Kong sees only a committed row.</remarks>
    /// <param name="schema">The schema of the table.</param>
    /// <param name="dead">The owner that is known to be dead; null if there is none.</param>
    /// <param name="tableExists">Whether the table exists: a Kong that is killed early leaves schema_meta without it.</param>
    public static IEnumerable<NpgsqlBatchCommand> Claim(GatewaySchema schema, string? dead, bool tableExists)
    {
        foreach (var sql in tableExists ? [] : LedgerTables.CreateLocks(schema).Append(SchemaGuard.Check(schema, ["locks"], [])))
        {
            yield return new NpgsqlBatchCommand(sql);
        }

        yield return new NpgsqlBatchCommand("SELECT set_config('migrator.dead', $1, true)")
        {
            Parameters = { new NpgsqlParameter<string> { TypedValue = dead ?? "" } },
        };
        yield return new NpgsqlBatchCommand(
            $"""
            DO $$
            BEGIN
              DELETE FROM {schema.Qualify("locks")} WHERE key = 'migrations' AND (ttl < CURRENT_TIMESTAMP
                OR owner = current_setting('migrator.dead'));
              INSERT INTO {schema.Qualify("locks")} AS l (key, owner, ttl) VALUES ('migrations', current_setting('migrator.owner'),
                clock_timestamp() + {Lifetime})
                ON CONFLICT (key) DO UPDATE SET ttl = excluded.ttl WHERE l.owner = excluded.owner;
              IF NOT FOUND THEN
                RAISE EXCEPTION 'another migrator or a Kong holds the migration lock' USING ERRCODE = '{SchemaLock.Busy}';
              END IF;
            END
            $$
            """);
    }

    /// <summary>Stores our name in a setting of the transaction, for its other statements.</summary>
    public static NpgsqlBatchCommand Introduce(string owner) => new("SELECT set_config('migrator.owner', $1, true)")
    {
        Parameters = { new NpgsqlParameter<string> { TypedValue = owner } },
    };
}
