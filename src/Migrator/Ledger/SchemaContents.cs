namespace Migrator.Ledger;

/// <summary>What is in the gateway's schema, to be dropped. The schema itself stays, with the rights on it, and so does what belongs to extensions.</summary>
internal static class SchemaContents
{
    // The schema is found by its name as it is, never through regnamespace, which would read it as SQL: Kong is not kong.
    /// <summary>Drops everything.</summary>
    public const string DropEverything =
        """
        DO $$
        DECLARE
          schema oid := (SELECT oid FROM pg_namespace WHERE nspname = current_setting('migrator.schema'));
          thing text;
        BEGIN
          FOR thing IN
            SELECT format('%s IF EXISTS %I.%I CASCADE', CASE c.relkind
                     WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE' WHEN 'f' THEN 'FOREIGN TABLE'
                     WHEN 'c' THEN 'TYPE' ELSE 'TABLE' END, current_setting('migrator.schema'), c.relname)
              FROM pg_class AS c
             WHERE c.relnamespace = schema AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f', 'c')
               AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype = 'e')
            UNION ALL
            SELECT format('%s IF EXISTS %s CASCADE', CASE
                     WHEN EXISTS (SELECT FROM pg_aggregate AS a WHERE a.aggfnoid = p.oid) THEN 'AGGREGATE'
                     WHEN to_jsonb(p) ->> 'prokind' = 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END, p.oid::regprocedure)
              FROM pg_proc AS p
             WHERE p.pronamespace = schema
               AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.objid = p.oid AND d.classid = 'pg_proc'::regclass AND d.deptype = 'e')
            UNION ALL
            SELECT format('TYPE IF EXISTS %I.%I CASCADE', current_setting('migrator.schema'), t.typname)
              FROM pg_type AS t
             WHERE t.typnamespace = schema AND t.typtype IN ('e', 'd', 'r')
               AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.objid = t.oid AND d.classid = 'pg_type'::regclass AND d.deptype = 'e')
          LOOP
            EXECUTE 'DROP ' || thing;
          END LOOP;
        END
        $$
        """;
}
