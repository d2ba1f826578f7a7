namespace Migrations.Core;

/// <summary>The rewrites of <c>targets</c> in <see cref="M012_213_to_220"/> and <see cref="M016_280_to_300"/>.</summary>
internal static class Targets
{
    /// <summary>The condition for all but the newest row for each target of an upstream.</summary>
    public static string IsOlderDuplicate(GatewaySchema schema) =>
        $"id IN (SELECT id FROM (SELECT id, {IsOlder} AS is_older FROM {schema.Qualify("targets")}) AS ranked WHERE is_older)";

    /// <summary>The condition for older duplicates, and for all but one of the rows that would get the same cache key.</summary>
    /// <remarks>Of the latter, the newest row stays; of equally new rows, the one with the highest id.</remarks>
    // Kong: rows with the same created_at, or with none, all stay, and the unique cache_key then makes the finish phase fail every time.
    public static string IsDuplicate(GatewaySchema schema) =>
        $"""
        id IN (
          SELECT id FROM (
            SELECT id,
                   {IsOlder} AS is_older,
                   row_number() OVER (
                     PARTITION BY upstream_id, target, ws_id ORDER BY created_at DESC NULLS LAST, id DESC) > 1 AS is_equal
              FROM {schema.Qualify("targets")}) AS ranked
           WHERE is_older OR is_equal)
        """;

    /// <summary>The cache key by which the gateway of 3.0 looks a target up, as an SQL expression.</summary>
    /// <remarks>
    /// Another key is outdated: a gateway of 3.0 wrote it, and a gateway of 2.8 changed the target afterwards. Outdated keys are cleared
    /// first, because they could conflict with the new keys before every row has its new key.
    /// </remarks>
    public const string CacheKey = "concat('targets:', upstream_id, ':', target, '::::', ws_id)";

    // A window function needs one pass over the table. A target can have many rows: up to 2.1 every change of a target added a row.
    private const string IsOlder =
        "created_at < max(created_at) OVER (PARTITION BY upstream_id, target) AND upstream_id IS NOT NULL";
}
