using Npgsql;

namespace Migrator.Ledger;

/// <summary>
/// The table <c>locks</c>, Kong's mutex, and all SQL that touches it. A Kong (3.9, kong.db.strategies.postgres.connector) deletes every row that has
/// run out, inserts its own with ON CONFLICT DO NOTHING, and works if that inserted anything. A row of ours that is committed before the work
/// begins therefore keeps Kongs out politely. A KEY SHARE lock on it, held by each of our transactions, keeps them out in any case: should the row
/// run out under a long statement, a Kong's DELETE waits for us, while a renewal of the ttl, which is no key, does not (manual, 13.3.2).
/// </summary>
internal static class KongLock
{
    /// <summary>How long a row is good for without being renewed, as long as Kong's own.</summary>
    private const string Lifetime = "interval '60 seconds'";

    /// <summary>Reads the row into settings of the transaction. Whoever may only read need not be allowed to read this table.</summary>
    public const string Read =
        """
        DO $$
        BEGIN
          PERFORM set_config('migrator.lock_owner', '', true), set_config('migrator.lock_until', '', true);
          IF to_regclass('schema_meta') IS NOT NULL AND to_regclass('locks') IS NOT NULL THEN
            IF has_table_privilege('locks', 'SELECT') THEN
              PERFORM set_config('migrator.lock_owner', coalesce(owner, 'nobody'), true),
                      set_config('migrator.lock_until', coalesce(to_char(ttl, 'YYYY-MM-DD HH24:MI:SS.US'), ''), true)
                 FROM locks WHERE key = 'migrations' AND (ttl >= CURRENT_TIMESTAMP OR ttl IS NULL);
            END IF;
          END IF;
        END
        $$
        """;

    /// <summary>What <see cref="Read"/> has read: the owner and the end, both empty where there is no row, and whether there is a table.</summary>
    public const string Snapshot =
        "current_setting('migrator.lock_owner'), current_setting('migrator.lock_until'), to_regclass('locks') IS NOT NULL";

    /// <summary>Makes sure that the row is ours still, and that it stays until the transaction ends.</summary>
    public const string Hold =
        $"""
        DO $$
        BEGIN
          PERFORM FROM locks WHERE key = 'migrations' AND owner = current_setting('migrator.owner') FOR KEY SHARE;
          IF NOT FOUND THEN
            RAISE EXCEPTION 'the row in locks is no longer ours' USING ERRCODE = '{SchemaLock.Busy}';
          END IF;
        END
        $$
        """;

    /// <summary>Makes the row last on.</summary>
    public const string Renew =
        $"UPDATE locks SET ttl = clock_timestamp() + {Lifetime} WHERE key = 'migrations' AND owner = current_setting('migrator.owner')";

    /// <summary>Takes the row away, if it is ours.</summary>
    public const string Release = "DELETE FROM locks WHERE key = 'migrations' AND owner = current_setting('migrator.owner')";

    /// <summary>
    /// Puts our row there, in place of one that has run out or whose migrator is dead, or fails with <see cref="SchemaLock.Busy"/>. For a
    /// transaction of its own: what is not committed no Kong can see.
    /// </summary>
    /// <param name="dead">The owner that is known to be dead; null for none.</param>
    /// <param name="tableExists">Whether there is a table: a Kong that is killed early leaves schema_meta without it.</param>
    public static IEnumerable<NpgsqlBatchCommand> Claim(string? dead, bool tableExists)
    {
        foreach (var sql in tableExists ? [] : SchemaMeta.CreateLocks)
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
              DELETE FROM locks WHERE key = 'migrations' AND (ttl < CURRENT_TIMESTAMP OR owner = current_setting('migrator.dead'));
              INSERT INTO locks AS l (key, owner, ttl) VALUES ('migrations', current_setting('migrator.owner'), clock_timestamp() + {Lifetime})
                ON CONFLICT (key) DO UPDATE SET ttl = excluded.ttl WHERE l.owner = excluded.owner;
              IF NOT FOUND THEN
                RAISE EXCEPTION 'somebody else is at work' USING ERRCODE = '{SchemaLock.Busy}';
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
