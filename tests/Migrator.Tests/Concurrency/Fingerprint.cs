using TestSupport;

namespace Migrator.Tests.Concurrency;

/// <summary>All that can differ between two databases after the same migrations, except random ids: one line per fact.</summary>
internal static class Fingerprint
{
    private const string Query =
        """
        SELECT concat_ws(' ', 'column', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin,
          d.adrelid)) AS line
          FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid LEFT JOIN pg_attrdef AS d ON d.adrelid = c.oid
            AND d.adnum = a.attnum
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
        UNION ALL SELECT concat_ws(' ', 'constraint', conrelid::regclass, conname, pg_get_constraintdef(oid)) FROM pg_constraint
          WHERE connamespace = 'public'::regnamespace
        UNION ALL SELECT concat_ws(' ', 'index', indexdef) FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL SELECT concat_ws(' ', 'invalid index', indexrelid::regclass) FROM pg_index WHERE NOT indisvalid
        UNION ALL SELECT concat_ws(' ', 'trigger', pg_get_triggerdef(oid)) FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL SELECT concat_ws(' ', 'function', oid::regprocedure, md5(prosrc)) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        UNION ALL SELECT concat_ws(' ', 'ledger', key, subsystem, last_executed, executed, pending) FROM schema_meta
        UNION ALL SELECT concat_ws(' ', 'lock', key, owner) FROM locks
        UNION ALL SELECT concat_ws(' ', 'route', name, paths) FROM routes
        UNION ALL SELECT concat_ws(' ', 'workspaces', count(*)) FROM workspaces
        ORDER BY 1
        """;

    /// <summary>The lines of a database.</summary>
    public static string Of(TestDatabase database) => string.Join('\n', database.Query(Query));

    /// <summary>The lines without those of locks: runs that have just found nothing to do may still hold it.</summary>
    public static string WithoutLocks(TestDatabase database) =>
        string.Join('\n', database.Query(Query).Where(line => !line!.StartsWith("lock ", StringComparison.Ordinal)));

    /// <summary>Whether the database contains no objects.</summary>
    public static bool IsEmpty(TestDatabase database) =>
        database.Query("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace UNION ALL SELECT proname FROM pg_proc "
            + "WHERE pronamespace = 'public'::regnamespace").Count == 0;

    /// <summary>The number of names that the ledger contains twice.</summary>
    public static int Duplicates(TestDatabase database) => database.Query(
        "SELECT name FROM schema_meta, unnest(coalesce(executed, '{}') || coalesce(pending, '{}')) AS name GROUP BY subsystem, name "
            + "HAVING count(*) > 1").Count;
}
