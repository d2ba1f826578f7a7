namespace Migrations.Dsl;

/// <summary>
/// The bodies of Kong's trigger functions, in our words. Table names are not qualified, as in Kong: they are looked up in the
/// session's search_path, which for Kong and for us holds the gateway's schema alone.
/// </summary>
internal static class TriggerFunctions
{
    public const string SyncTags =
        """
        CREATE OR REPLACE FUNCTION sync_tags() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF TG_OP = 'TRUNCATE' THEN
            DELETE FROM tags WHERE entity_name = TG_TABLE_NAME;
            RETURN NULL;
          END IF;

          IF TG_OP = 'DELETE' THEN
            DELETE FROM tags WHERE entity_id = OLD.id;
            RETURN OLD;
          END IF;

          INSERT INTO tags AS t (entity_id, entity_name, tags) VALUES (NEW.id, TG_TABLE_NAME, NEW.tags)
            ON CONFLICT (entity_id) DO UPDATE SET tags = excluded.tags;
          RETURN NEW;
        END
        $$
        """;

    // Two rows a call keep every insert cheap; skipping locked ones keeps inserts from waiting for each other.
    public const string BatchDeleteExpiredRows =
        """
        CREATE OR REPLACE FUNCTION batch_delete_expired_rows() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          EXECUTE format(
            'DELETE FROM %1$I WHERE ctid = ANY (ARRAY(
               SELECT ctid FROM %1$I
                WHERE %2$I < CURRENT_TIMESTAMP AT TIME ZONE ''UTC''
                ORDER BY %2$I LIMIT 2 FOR UPDATE SKIP LOCKED))',
            TG_TABLE_NAME, TG_ARGV[0]);
          RETURN NULL;
        END
        $$
        """;

    public const string DeleteExpiredClusterEvents =
        """
        CREATE OR REPLACE FUNCTION delete_expired_cluster_events() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          DELETE FROM cluster_events WHERE expire_at <= CURRENT_TIMESTAMP AT TIME ZONE 'UTC';
          RETURN NULL;
        END
        $$
        """;
}
