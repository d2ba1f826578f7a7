using Migrations;
using Migrations.Dsl;
using Migrator.Ledger;
using Npgsql;

namespace Migrator.Locking;

/// <summary>
/// The table <c>locks</c>, Kong's mutex, and all SQL that touches it. A Kong (3.9, kong.db.strategies.postgres.connector) deletes every row
/// that has run out, inserts its own with ON CONFLICT DO NOTHING, and works if that inserted anything. A row of ours that is committed
/// before the work begins therefore keeps Kongs out politely. A KEY SHARE lock on it, held by each of our transactions, keeps them out in
/// any case: should the row run out under a long statement, a Kong's DELETE waits for us, while a renewal of the ttl, which is no key, does
/// not (manual, 13.3.2).
/// </summary>
internal static class KongLock
{
    /// <summary>How long a row is good for without being renewed, as long as Kong's own.</summary>
    private const string Lifetime = "interval '60 seconds'";

    private const string IsOurs = "key = 'migrations' AND owner = current_setting('migrator.owner')";

    private const string Shape = "('key', 'text'), ('owner', 'text'), ('ttl', 'timestamptz')";

    /// <summary>Reads the row into settings of the transaction. Whoever may only read need not be allowed to read this table.</summary>
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

    /// <summary>The owner that <see cref="Read"/> has read, as an expression; empty where there is no row.</summary>
    public const string Owner = "current_setting('migrator.lock_owner')";

    /// <summary>When the row runs out, as an expression; empty where it never does, or where there is no row.</summary>
    public const string Until = "current_setting('migrator.lock_until')";

    /// <summary>Whether there is a table, as an expression.</summary>
    public const string TableExists = "current_setting('migrator.locks_exist')::bool";

    /// <summary>Makes sure that the row is ours still, and that it stays until the transaction ends.</summary>
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

    /// <summary>Makes the row last on.</summary>
    public static string Renew(GatewaySchema schema) =>
        $"UPDATE {schema.Qualify("locks")} SET ttl = clock_timestamp() + {Lifetime} WHERE {IsOurs}";

    /// <summary>Takes the row away, if it is ours.</summary>
    public static string Release(GatewaySchema schema) => $"DELETE FROM {schema.Qualify("locks")} WHERE {IsOurs}";

    /// <summary>
    /// Puts our row there, in place of one that has run out or whose migrator is dead, or fails with <see cref="SchemaLock.Busy"/>. For a
    /// transaction of its own: what is not committed no Kong can see.
    /// </summary>
    /// <param name="schema">The schema of the table.</param>
    /// <param name="dead">The owner that is known to be dead; null for none.</param>
    /// <param name="tableExists">Whether there is a table: a Kong that is killed early leaves schema_meta without it.</param>
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

    /// <summary>Says who we are, for the other statements of the transaction.</summary>
    public static NpgsqlBatchCommand Introduce(string owner) => new("SELECT set_config('migrator.owner', $1, true)")
    {
        Parameters = { new NpgsqlParameter<string> { TypedValue = owner } },
    };
}
