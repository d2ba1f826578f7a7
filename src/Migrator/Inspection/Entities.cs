using Migrator.Ledger;

namespace Migrator.Inspection;

/// <summary>
/// Whether anybody has configured a gateway in this database: a sign that its bootstrap was complete once, since a gateway does not start
/// on half of one. A Kong with <c>plugins = off</c> leaves nothing in the ledger but the core, which is also what a bootstrap that was cut
/// there leaves.
/// </summary>
internal static class Entities
{
    /// <summary>
    /// Looks for rows, and says in a setting of the transaction whether there are any. A table that a migration holds, or that the user may
    /// not read, tells nothing: whoever only looks waits for nobody.
    /// </summary>
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
              SELECT has_table_privilege(c.oid, 'SELECT') AND NOT {{TableShape.RunsForeignCode("c.oid")}} INTO is_readable
                FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
               WHERE n.nspname = schema AND c.relname = entity AND c.relkind IN ('r', 'p');
              IF is_readable AND NOT has_rows THEN
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

    /// <summary>What <see cref="Read"/> has found, as an expression.</summary>
    public const string Snapshot = "current_setting('migrator.has_entities')::bool";
}
