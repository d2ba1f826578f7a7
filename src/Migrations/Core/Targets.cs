using Migrations.Dsl;

namespace Migrations.Core;

/// <summary>What <see cref="M012_213_to_220"/> and <see cref="M016_280_to_300"/> do to the rows of <c>targets</c>.</summary>
internal static class Targets
{
    /// <summary>Of several rows for one target of an upstream, the newest stays.</summary>
    public static string DeleteOlderDuplicates(GatewaySchema schema) =>
        $"""
        DELETE FROM {schema.Qualify("targets")} WHERE id IN (
          SELECT id FROM (SELECT id, {IsOlder} AS is_older FROM {schema.Qualify("targets")}) AS ranked
           WHERE is_older)
        """;

    // Kong: rows of the same age, or without one, both stay, and then fail for ever on the unique cache_key.
    /// <summary>
    /// As <see cref="DeleteOlderDuplicates"/>; and of rows that would get the same cache key the last one by age, then id.
    /// </summary>
    public static string DeleteDuplicates(GatewaySchema schema) =>
        $"""
        DELETE FROM {schema.Qualify("targets")} WHERE id IN (
          SELECT id FROM (
            SELECT id,
                   {IsOlder} AS is_older,
                   row_number() OVER (
                     PARTITION BY upstream_id, target, ws_id ORDER BY created_at DESC NULLS LAST, id DESC) > 1 AS is_equal
              FROM {schema.Qualify("targets")}) AS ranked
           WHERE is_older OR is_equal)
        """;

    /// <summary>
    /// Takes away keys that a gateway of 3.0 wrote before one of 2.8 changed the target: they may stand in the way of the right ones, which
    /// are unique only once all rows have theirs.
    /// </summary>
    public static string ClearCacheKeys(GatewaySchema schema) =>
        $"UPDATE {schema.Qualify("targets")} SET cache_key = NULL WHERE cache_key <> {CacheKey}";

    /// <summary>Gives every row the cache key by which the gateway of 3.0 looks it up.</summary>
    public static string FillCacheKeys(GatewaySchema schema) =>
        $"UPDATE {schema.Qualify("targets")} SET cache_key = {CacheKey} WHERE cache_key IS NULL";

    private const string CacheKey = "concat('targets:', upstream_id, ':', target, '::::', ws_id)";

    // One pass over the table, however many rows there are for one target: up to 2.1 every change of a target was a row of its own.
    private const string IsOlder =
        "created_at < max(created_at) OVER (PARTITION BY upstream_id, target) AND upstream_id IS NOT NULL";
}
