namespace Migrator.Ledger;

/// <summary>
/// Whether anybody has configured a gateway in this database: a sign that its bootstrap was complete once, since a gateway does not start on half of
/// one. A Kong with <c>plugins = off</c> leaves nothing in the ledger but the core, which is also what a bootstrap that was cut there leaves.
/// </summary>
internal static class Entities
{
    /// <summary>
    /// Looks for rows, and says in a setting of the transaction whether there are any. A table that a migration holds, or that the user may not
    /// read, tells nothing: whoever only looks waits for nobody.
    /// </summary>
    public const string Read =
        """
        DO $$
        DECLARE
          entity text;
          has_rows boolean := false;
        BEGIN
          IF to_regclass('schema_meta') IS NOT NULL THEN
            FOREACH entity IN ARRAY '{services,routes,plugins,consumers,upstreams,certificates,ca_certificates}'::text[] LOOP
              IF NOT has_rows AND has_table_privilege(to_regclass(entity), 'SELECT') THEN
                BEGIN
                  EXECUTE format('LOCK TABLE %I IN ACCESS SHARE MODE NOWAIT', entity);
                  EXECUTE format('SELECT EXISTS (SELECT FROM %I)', entity) INTO has_rows;
                EXCEPTION
                  WHEN lock_not_available OR insufficient_privilege THEN NULL;
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
