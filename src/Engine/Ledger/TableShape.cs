namespace Migrator.Ledger;

/// <summary>SQL for a DO block that checks the form of one of Kong's tables before it is read.</summary>
/// <remarks>
/// It must be an ordinary or partitioned table whose columns have the expected built-in types. The table is locked first, so that it cannot
/// change between the check and the read (PostgreSQL 17, 13.3.1: ACCESS SHARE).
/// </remarks>
internal static class TableShape
{
    /// <summary>The diagnostics of the tables that were read, as an SQL expression; empty if there are none.</summary>
    public const string Diagnostic = "coalesce(current_setting('migrator.flaw', true), '')";

    /// <summary>The variables that <see cref="Check"/> needs, for the DECLARE of the block.</summary>
    public const string Variables =
        """
        schema text := current_setting('migrator.schema');
          kind "char";
          table_owner text;
          is_sound boolean := false;
          flaw text := '';
        """;

    /// <summary>Sets <c>is_sound</c> if the table exists in the expected form, and <c>flaw</c> if it has another form.</summary>
    /// <remarks>If the user has no USAGE right on the schema, the table counts as missing.</remarks>
    /// <param name="table">The name of the table.</param>
    /// <param name="columns">The expected columns as SQL: pairs of name and type.</param>
    public static string Check(string table, string columns) =>
        $"""
        FOR attempt IN 1..2 LOOP
            SELECT c.relkind, pg_get_userbyid(c.relowner) INTO kind, table_owner
              FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
             WHERE n.nspname = schema AND c.relname = '{table}' AND has_schema_privilege(n.oid, 'USAGE');
            EXIT WHEN kind IS NULL;
            IF kind NOT IN ('r', 'p') THEN
              flaw := 'it is ' || CASE kind WHEN 'v' THEN 'a view' WHEN 'm' THEN 'a materialized view' WHEN 'f' THEN 'a foreign table'
                WHEN 'S' THEN 'a sequence' WHEN 'i' THEN 'an index' WHEN 'I' THEN 'an index' ELSE 'a type' END || ', not a table';
              EXIT;
            END IF;
            IF attempt = 1 THEN
              EXECUTE format('LOCK TABLE %I.{table} IN ACCESS SHARE MODE', schema);
            END IF;
          END LOOP;
          IF kind IS NOT NULL AND flaw = '' THEN
            SELECT coalesce(string_agg(
                     CASE WHEN a.atttypid IS NULL THEN format('it has no column %s', wanted.name)
                          ELSE format('its column %s is %s, not %s', wanted.name, format_type(a.atttypid, NULL), wanted.type) END, ', '),
                            '')
              INTO flaw
              FROM (VALUES {columns}) AS wanted (name, type)
              LEFT JOIN pg_attribute AS a ON a.attrelid = to_regclass(format('%I.{table}', schema))
                AND a.attname = wanted.name AND a.attnum > 0 AND NOT a.attisdropped
             WHERE a.atttypid IS DISTINCT FROM wanted.type::regtype;
            IF flaw = '' AND {RunsForeignCode("to_regclass(format('%I." + table + "', schema))")} THEN
              flaw := 'it has an index that needs something that is not PostgreSQL''s own, or tables that inherit from it';
            END IF;
            is_sound := flaw = '';
          END IF;
        """;

    /// <summary>Whether planning a read of the table may run another role's code, as an SQL expression.</summary>
    /// <remarks>
    /// The planner evaluates constant calls in the expressions of indexes and statistics, and in the constraints of inheriting tables, with
    /// the rights of the reader. pg_depend is searched by its index, once for each index of the table.
    /// </remarks>
    /// <param name="table">The oid of the table, as an SQL expression.</param>
    public static string RunsForeignCode(string table) =>
        $"""
        (EXISTS (SELECT FROM pg_inherits WHERE inhparent = {table})
              OR EXISTS (SELECT FROM pg_index AS i JOIN pg_depend AS d ON d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid
                          WHERE i.indrelid = {table} AND d.deptype = 'n' AND d.refclassid <> 'pg_class'::regclass)
              OR EXISTS (SELECT FROM pg_statistic_ext AS s
                           JOIN pg_depend AS d ON d.classid = 'pg_statistic_ext'::regclass AND d.objid = s.oid
                          WHERE s.stxrelid = {table} AND d.deptype = 'n' AND d.refclassid <> 'pg_class'::regclass))
        """;

    /// <summary>Adds the diagnostic of the table, if any, to <see cref="Diagnostic"/>.</summary>
    public static string Report(string table) =>
        $"""
        IF flaw <> '' THEN
            PERFORM set_config('migrator.flaw', concat_ws('; ', nullif({Diagnostic}, ''), '{table}: ' || flaw), true);
          END IF;
        """;
}
