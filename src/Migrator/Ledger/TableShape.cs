namespace Migrator.Ledger;

/// <summary>
/// Makes sure, inside a DO block, that a table under one of Kong's names is one, before it is read: an ordinary table with the columns that
/// are read, each of PostgreSQL's own type. The table is locked first, so that it stays what it is (manual, 13.3.1: ACCESS SHARE).
/// </summary>
internal static class TableShape
{
    /// <summary>What is wrong with the tables that a look has read, as an expression: empty where nothing is.</summary>
    public const string Flaw = "coalesce(current_setting('migrator.flaw', true), '')";

    /// <summary>The variables that <see cref="Check"/> needs, for the DECLARE of the block.</summary>
    public const string Variables =
        """
        schema text := current_setting('migrator.schema');
          kind "char";
          is_sound boolean := false;
          flaw text := '';
        """;

    /// <summary>
    /// Sets <c>is_sound</c> where the table is there and may be read, and <c>flaw</c> where something else is. A schema that the user may
    /// not look into counts as one without the table.
    /// </summary>
    /// <param name="table">The table's name.</param>
    /// <param name="columns">Its columns, as SQL: pairs of name and type.</param>
    public static string Check(string table, string columns) =>
        $"""
        FOR attempt IN 1..2 LOOP
            SELECT c.relkind INTO kind FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
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

    /// <summary>
    /// Whether PostgreSQL may run somebody's code while it only plans to read a table, as an expression: it computes constant calls in the
    /// expressions of indexes and statistics, and in the constraints of tables that inherit, with the rights of the reader.
    /// </summary>
    /// <param name="table">The table's oid, as SQL.</param>
    public static string RunsForeignCode(string table) =>
        $"""
        (EXISTS (SELECT FROM pg_inherits WHERE inhparent = {table}) OR EXISTS (
              SELECT FROM pg_depend AS d WHERE d.deptype = 'n' AND d.refclassid <> 'pg_class'::regclass AND (
                d.classid = 'pg_class'::regclass AND d.objid IN (SELECT indexrelid FROM pg_index WHERE indrelid = {table})
                OR d.classid = 'pg_statistic_ext'::regclass AND d.objid IN (SELECT oid FROM pg_statistic_ext WHERE stxrelid = {table}))))
        """;

    /// <summary>Adds what is wrong with the table to <see cref="Flaw"/>.</summary>
    public static string Report(string table) =>
        $"""
        IF flaw <> '' THEN
            PERFORM set_config('migrator.flaw', concat_ws('; ', nullif({Flaw}, ''), '{table}: ' || flaw), true);
          END IF;
        """;
}
