namespace Migrations.Dsl;

/// <summary>
/// The bodies of Kong's trigger functions, in our words. They run later, in sessions of the gateway and of anybody else who writes to a
/// table, with that session's search_path: so every function and operator in them names its schema, and tables are those of the schema
/// that the triggering table is in (PostgreSQL manual, CREATE FUNCTION, "Writing SECURITY DEFINER Functions Safely").
/// </summary>
public static class TriggerFunctions
{
    /// <summary>
    /// Puts our body of <c>sync_tags</c> in place of Kong's, where Kong made the function: Kong's finds tables, functions and operators by
    /// the search_path, and a rewrite of rows calls it in a session whose path has no schema of the gateway's. Both do the same.
    /// </summary>
    public static string ReplaceSyncTags(GatewaySchema schema) =>
        $"""
        DO $replace$
        BEGIN
          IF EXISTS (SELECT FROM pg_proc WHERE oid = to_regprocedure({Sql.Literal(schema.Qualify("sync_tags") + "()")})
              AND strpos(prosrc, 'pg_catalog.format') = 0) THEN
            {SyncTags(schema)};
          END IF;
        END
        $replace$
        """;

    /// <summary>Keeps the table <c>tags</c> in step with the column <c>tags</c> of the table that it is a trigger of.</summary>
    public static string SyncTags(GatewaySchema schema) =>
        $"""
        CREATE OR REPLACE FUNCTION {schema.Qualify("sync_tags")}() RETURNS trigger LANGUAGE plpgsql AS $$
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
        $$
        """;

    // Two rows a call keep every insert cheap; skipping locked ones keeps inserts from waiting for each other.
    /// <summary>Deletes a few rows whose time has come from the table that it is a trigger of.</summary>
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

    /// <summary>Deletes the cluster events whose time has come.</summary>
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
