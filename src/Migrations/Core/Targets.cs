namespace Migrations.Core;

/// <summary>What <see cref="M012_213_to_220"/> and <see cref="M016_280_to_300"/> do to the rows of <c>targets</c>.</summary>
internal static class Targets
{
    /// <summary>Of several rows for one target of an upstream, the newest stays.</summary>
    public const string DeleteOlderDuplicates =
        """
        DELETE FROM targets AS older USING targets AS newer
         WHERE older.upstream_id = newer.upstream_id AND older.target = newer.target AND older.created_at < newer.created_at
        """;

    // Kong: rows of the same age, or without one, both stay, and then fail for ever on the unique cache_key.
    /// <summary>As <see cref="DeleteOlderDuplicates"/>; and of rows that would get the same cache key the last one by age, then id.</summary>
    public const string DeleteDuplicates =
        """
        DELETE FROM targets WHERE id IN (
          SELECT id FROM (
            SELECT id,
                   created_at < max(created_at) OVER (PARTITION BY upstream_id, target) AND upstream_id IS NOT NULL AS is_older,
                   row_number() OVER (PARTITION BY upstream_id, target, ws_id ORDER BY created_at DESC NULLS LAST, id DESC) > 1 AS is_equal
              FROM targets) AS ranked
           WHERE is_older OR is_equal)
        """;

    /// <summary>Gives every row the cache key by which the gateway of 3.0 looks it up.</summary>
    public const string FillCacheKeys =
        """
        UPDATE targets SET cache_key = concat('targets:', upstream_id, ':', target, '::::', ws_id)
         WHERE cache_key IS DISTINCT FROM concat('targets:', upstream_id, ':', target, '::::', ws_id)
        """;
}
