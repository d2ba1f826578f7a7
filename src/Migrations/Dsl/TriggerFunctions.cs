namespace Migrations.Dsl;

/// <summary>The SQL of Kong's trigger functions, with bodies that do not depend on the search_path.</summary>
/// <remarks>
/// They run in the session of the gateway or of any other client that writes to a table, with that session's search_path. Therefore every
/// function and operator in them is qualified, and tables are qualified with the schema of the triggering table (PostgreSQL 17, CREATE
/// FUNCTION, "Writing SECURITY DEFINER Functions Safely").
/// </remarks>
public static class TriggerFunctions
{
    /// <summary>The names of the functions. None has arguments.</summary>
    public static IReadOnlyList<string> Names { get; } = ["sync_tags", "batch_delete_expired_rows", "delete_expired_cluster_events"];

    /// <summary>The names of the functions, and the SQL that creates or replaces each.</summary>
    public static IReadOnlyList<(string Name, string Sql)> All(GatewaySchema schema) =>
    [
        ("sync_tags", SyncTags(schema)),
        ("batch_delete_expired_rows", BatchDeleteExpiredRows(schema)),
        ("delete_expired_cluster_events", DeleteExpiredClusterEvents(schema)),
    ];

    /// <summary>Replaces the function <c>sync_tags</c> by the one here, unless it is; it does the same as Kong's.</summary>
    /// <remarks>
    /// Kong's body finds tables, functions and operators through the search_path. A rewrite of rows fires it in migrator's session, whose
    /// search_path does not contain the gateway's schema. And the body may be from a role that owned the function before.
    /// </remarks>
    public static string ReplaceSyncTags(GatewaySchema schema) =>
        $"""
        DO $replace$
        BEGIN
          IF EXISTS (SELECT FROM pg_proc AS p JOIN pg_language AS l ON l.oid = p.prolang
              WHERE p.oid = to_regprocedure({Sql.Literal(schema.Qualify("sync_tags") + "()")})
                AND (p.prosrc <> {Sql.Literal(SyncTagsBody)} OR p.prosecdef OR p.proconfig IS NOT NULL OR l.lanname <> 'plpgsql')) THEN
            {SyncTags(schema)};
          END IF;
        END
        $replace$
        """;

    /// <summary>Creates the function that copies the column <c>tags</c> of the triggering table to the table <c>tags</c>.</summary>
    public static string SyncTags(GatewaySchema schema) =>
        $"CREATE OR REPLACE FUNCTION {schema.Qualify("sync_tags")}() RETURNS trigger LANGUAGE plpgsql AS $${SyncTagsBody}$$";

    private const string SyncTagsBody =
        """

        BEGIN
          IF TG_OP OPERATOR(pg_catalog.=) 'TRUNCATE' THEN
            EXECUTE pg_catalog.format('DELETE FROM %I.tags WHERE entity_name OPERATOR(pg_catalog.=) $1', TG_TABLE_SCHEMA)
              USING TG_TABLE_NAME::pg_catalog.text;
            RETURN NULL;
          END IF;

          IF TG_OP OPERATOR(pg_catalog.=) 'DELETE' THEN
            EXECUTE pg_catalog.format('DELETE FROM %I.tags WHERE entity_id OPERATOR(pg_catalog.=) $1', TG_TABLE_SCHEMA) USING OLD.id;
            RETURN OLD;
          END IF;

          EXECUTE pg_catalog.format(
            'INSERT INTO %I.tags (entity_id, entity_name, tags) VALUES ($1, $2, $3)
               ON CONFLICT (entity_id) DO UPDATE SET tags = excluded.tags', TG_TABLE_SCHEMA)
            USING NEW.id, TG_TABLE_NAME::pg_catalog.text, NEW.tags;
          RETURN NEW;
        END

        """;

    /// <summary>Creates the function that deletes up to two expired rows of the triggering table.</summary>
    // Two rows per call keep each insert cheap. Inserts do not wait for each other, because locked rows are skipped.
    public static string BatchDeleteExpiredRows(GatewaySchema schema) =>
        $"""
        CREATE OR REPLACE FUNCTION {schema.Qualify("batch_delete_expired_rows")}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          EXECUTE pg_catalog.format(
            'DELETE FROM %1$I.%2$I WHERE ctid OPERATOR(pg_catalog.=) ANY (ARRAY(
               SELECT ctid FROM %1$I.%2$I
                WHERE %3$I OPERATOR(pg_catalog.<) (CURRENT_TIMESTAMP AT TIME ZONE ''UTC'')
                ORDER BY %3$I LIMIT 2 FOR UPDATE SKIP LOCKED))',
            TG_TABLE_SCHEMA, TG_TABLE_NAME, TG_ARGV[0]);
          RETURN NULL;
        END
        $$
        """;

    /// <summary>Creates the function that deletes expired cluster events.</summary>
    public static string DeleteExpiredClusterEvents(GatewaySchema schema) =>
        $"""
        CREATE OR REPLACE FUNCTION {schema.Qualify("delete_expired_cluster_events")}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          EXECUTE pg_catalog.format(
            'DELETE FROM %I.cluster_events WHERE expire_at OPERATOR(pg_catalog.<=) (CURRENT_TIMESTAMP AT TIME ZONE ''UTC'')',
              TG_TABLE_SCHEMA);
          RETURN NULL;
        END
        $$
        """;
}
