using Migrator.Ledger;

namespace Migrator.Inspection;

/// <summary>Finds out whether a gateway has been configured in the database.</summary>
/// <remarks>
/// If so, the bootstrap was complete once, because a gateway does not start with an incomplete one. The ledger alone cannot tell: Kong with
/// <c>plugins = off</c> records only the core, as does a bootstrap that was interrupted after the core.
/// </remarks>
internal static class Entities
{
    /// <summary>Looks for rows in Kong's tables, and stores in a setting of the transaction whether there are any.</summary>
    /// <remarks>
    /// It skips a table that is locked or that the user may not read: reading must not wait for a migration. The sizes come first: on a new
    /// connection, a query of each empty table takes three times as long. A table with children, of which another role's may have
    /// thousands, is not queried, so LOCK ONLY is enough.
    /// </remarks>
    public static readonly string Read =
        $$"""
        DO $$
        DECLARE
          schema text := current_setting('migrator.schema');
          entities text[];
          entity text;
          has_rows boolean := false;
        BEGIN
          IF {{SchemaMeta.Snapshot}} <> '' THEN
            SELECT array_agg(c.relname::text) INTO entities
              FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
             WHERE n.nspname = schema AND c.relkind = 'r' AND has_table_privilege(c.oid, 'SELECT')
               AND c.relname IN ('services', 'routes', 'plugins', 'consumers', 'upstreams', 'certificates', 'ca_certificates');
            IF entities IS NOT NULL THEN
              BEGIN
                EXECUTE 'LOCK TABLE ' || (SELECT string_agg(format('ONLY %I.%I', schema, name), ', ') FROM unnest(entities) AS name)
                  || ' IN ACCESS SHARE MODE NOWAIT';
                entities := ARRAY(SELECT name FROM unnest(entities) AS name
                  WHERE pg_relation_size(to_regclass(format('%I.%I', schema, name))) > 0);
              EXCEPTION
                WHEN lock_not_available OR insufficient_privilege OR undefined_table OR wrong_object_type THEN NULL;
              END;
            END IF;
            FOREACH entity IN ARRAY coalesce(entities, '{}') LOOP
              EXIT WHEN has_rows;
              BEGIN
                EXECUTE format('LOCK TABLE ONLY %I.%I IN ACCESS SHARE MODE NOWAIT', schema, entity);
                IF EXISTS (SELECT FROM pg_class WHERE oid = to_regclass(format('%I.%I', schema, entity)) AND relkind = 'r'
                    AND NOT {{TableShape.RunsForeignCode("pg_class.oid")}}) THEN
                  EXECUTE format('SELECT EXISTS (SELECT FROM %I.%I)', schema, entity) INTO has_rows;
                END IF;
              EXCEPTION
                WHEN lock_not_available OR insufficient_privilege OR undefined_table OR wrong_object_type THEN NULL;
              END;
            END LOOP;
          END IF;
          PERFORM set_config('migrator.has_entities', has_rows::text, true);
        END
        $$
        """;

    /// <summary>The result of <see cref="Read"/>, as an SQL expression.</summary>
    public const string Snapshot = "current_setting('migrator.has_entities')::bool";
}
