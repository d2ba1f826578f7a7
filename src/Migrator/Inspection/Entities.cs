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
    /// <remarks>It skips a table that is locked or that the user may not read: reading must not wait for a migration.</remarks>
    public static readonly string Read =
        $$"""
        DO $$
        DECLARE
          schema text := current_setting('migrator.schema');
          entity text;
          is_readable boolean;
          has_rows boolean := false;
        BEGIN
          IF {{SchemaMeta.Snapshot}} <> '' THEN
            FOREACH entity IN ARRAY '{services,routes,plugins,consumers,upstreams,certificates,ca_certificates}'::text[] LOOP
              EXIT WHEN has_rows;
              SELECT has_table_privilege(c.oid, 'SELECT') INTO is_readable
                FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
               WHERE n.nspname = schema AND c.relname = entity AND c.relkind IN ('r', 'p');
              IF is_readable THEN
                BEGIN
                  EXECUTE format('LOCK TABLE %I.%I IN ACCESS SHARE MODE NOWAIT', schema, entity);
                  IF EXISTS (SELECT FROM pg_class WHERE oid = to_regclass(format('%I.%I', schema, entity)) AND relkind IN ('r', 'p')
                      AND NOT {{TableShape.RunsForeignCode("pg_class.oid")}}) THEN
                    EXECUTE format('SELECT EXISTS (SELECT FROM %I.%I)', schema, entity) INTO has_rows;
                  END IF;
                EXCEPTION
                  WHEN lock_not_available OR insufficient_privilege OR undefined_table THEN NULL;
                END;
              END IF;
            END LOOP;
          END IF;
          PERFORM set_config('migrator.has_entities', has_rows::text, true);
        END
        $$
        """;

    /// <summary>The result of <see cref="Read"/>, as an SQL expression.</summary>
    public const string Snapshot = "current_setting('migrator.has_entities')::bool";
}
