namespace Migrator.Inspection;

/// <summary>The SQL that finds what depends on tables and columns, and keeps them from being dropped or changed without CASCADE.</summary>
internal static class Dependents
{
    /// <summary>
    /// Selects <c>what</c>, the objects with their owners in one line, and <c>drop_sql</c>, the statements that drop them, each on a line;
    /// NULL if there are none.
    /// </summary>
    /// <remarks>What belongs to a table itself goes with it. A view of a view is dropped first.</remarks>
    /// <param name="targets">Selects the oid of each table and the number of its column, 0 for the whole table.</param>
    /// <param name="isGateways">The SQL condition that the table <c>k.conrelid</c> is the gateway's: the run knows its keys.</param>
    /// <param name="separator">What stands between the statements, as an SQL literal.</param>
    public static string Of(string targets, string isGateways, string separator = @"E'\n'") =>
        $"""
        WITH RECURSIVE targets (id, col) AS ({targets}),
        direct AS (
          SELECT d.classid, d.objid, t.id, t.col FROM targets AS t JOIN pg_depend AS d
             ON d.refclassid = 'pg_class'::regclass AND d.refobjid = t.id AND d.deptype = 'n' AND (t.col = 0 OR d.refobjsubid = t.col)
          UNION
          SELECT d.classid, d.objid, t.id, t.col FROM targets AS t JOIN pg_class AS c ON c.oid = t.id AND t.col = 0
            JOIN pg_depend AS d ON d.refclassid = 'pg_type'::regclass AND d.refobjid = c.reltype AND d.deptype = 'n'),
        views (id, depth) AS (
          SELECT r.ev_class, 1 FROM direct JOIN pg_rewrite AS r ON direct.classid = 'pg_rewrite'::regclass AND r.oid = direct.objid
            JOIN pg_class AS v ON v.oid = r.ev_class AND v.relkind IN ('v', 'm')
          UNION
          SELECT r.ev_class, views.depth + 1 FROM views JOIN pg_depend AS d ON d.refclassid = 'pg_class'::regclass
             AND d.refobjid = views.id AND d.classid = 'pg_rewrite'::regclass AND d.deptype = 'n'
            JOIN pg_rewrite AS r ON r.oid = d.objid AND r.ev_class <> views.id WHERE views.depth < 32),
        found (kind, name, owner, depth, sql) AS (
          SELECT CASE v.relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END, v.oid::regclass::text, v.relowner, max(views.depth), NULL
            FROM views JOIN pg_class AS v ON v.oid = views.id AND v.relkind IN ('v', 'm') GROUP BY v.oid, v.relkind, v.relowner
          UNION
          SELECT 'RULE', format('%I ON %s', r.rulename, c.oid::regclass), c.relowner, 0, NULL
            FROM direct JOIN pg_rewrite AS r ON direct.classid = 'pg_rewrite'::regclass AND r.oid = direct.objid
            JOIN pg_class AS c ON c.oid = r.ev_class AND c.relkind NOT IN ('v', 'm') WHERE c.oid <> direct.id OR direct.col <> 0
          UNION
          SELECT 'TRIGGER', format('%I ON %s', t.tgname, c.oid::regclass), c.relowner, 0, NULL
            FROM direct JOIN pg_trigger AS t ON direct.classid = 'pg_trigger'::regclass AND t.oid = direct.objid AND NOT t.tgisinternal
            JOIN pg_class AS c ON c.oid = t.tgrelid WHERE c.oid <> direct.id OR direct.col <> 0
          UNION
          SELECT 'POLICY', format('%I ON %s', p.polname, c.oid::regclass), c.relowner, 0, NULL
            FROM direct JOIN pg_policy AS p ON direct.classid = 'pg_policy'::regclass AND p.oid = direct.objid
            JOIN pg_class AS c ON c.oid = p.polrelid WHERE c.oid <> direct.id OR direct.col <> 0
          UNION
          SELECT 'FUNCTION', p.oid::regprocedure::text, p.proowner, 0, NULL
            FROM direct JOIN pg_proc AS p ON direct.classid = 'pg_proc'::regclass AND p.oid = direct.objid
          UNION
          SELECT 'CONSTRAINT', format('%I ON %s', k.conname, k.conrelid::regclass), c.relowner, 0,
                 format('ALTER TABLE %s DROP CONSTRAINT %I;', k.conrelid::regclass, k.conname)
            FROM direct JOIN pg_constraint AS k ON direct.classid = 'pg_constraint'::regclass AND k.oid = direct.objid AND k.contype = 'f'
            JOIN pg_class AS c ON c.oid = k.conrelid
           WHERE direct.col = 0 AND c.oid <> direct.id AND NOT ({isGateways}) -- A key follows a column that gets another type.
          UNION
          SELECT 'COLUMN', format('%I of table %s', a.attname, c.oid::regclass), c.relowner, 0,
                 format('ALTER TABLE %s DROP COLUMN %I;', c.oid::regclass, a.attname)
            FROM targets AS t JOIN pg_class AS dropped ON dropped.oid = t.id AND t.col = 0 JOIN pg_type AS r ON r.oid = dropped.reltype
            JOIN pg_attribute AS a ON a.atttypid IN (r.oid, r.typarray) AND NOT a.attisdropped
            JOIN pg_class AS c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p') AND c.oid <> dropped.oid)
        SELECT string_agg(format('%s %s, which belongs to %I', lower(kind), name, pg_get_userbyid(owner)), '; ' ORDER BY depth DESC, name)
                 AS what,
               string_agg(coalesce(sql, format('DROP %s %s;', kind, name)), {separator} ORDER BY depth DESC, name) AS drop_sql
          FROM found
        """;
}
