namespace Migrations.Plugins;

/// <summary>The move of the Redis settings of rate-limiting and response-ratelimiting into the object <c>redis</c> in 3.6.</summary>
/// <remarks>Between up and finish a config has both forms, so that both gateway versions can read it.</remarks>
internal static class RedisSettings
{
    private static readonly string[] Names =
        ["host", "port", "password", "username", "ssl", "ssl_verify", "server_name", "timeout", "database"];

    private static readonly string Nested = TextArray(Names);
    private static readonly string Flat = TextArray(Names.Select(name => $"redis_{name}"));

    /// <summary>Up phase: fills <c>redis</c> from the flat keys.</summary>
    /// <remarks>A setting without a flat key keeps its value in <c>redis</c>; a setting without either becomes null.</remarks>
    public static void Nest(PluginConfigs configs)
    {
        configs.WarnUnlessObject();

        // Kong: the same, silently.
        configs.Warn(
            where: $"""
                CASE jsonb_typeof(config -> 'redis')
                  WHEN 'object' THEN jsonb_strip_nulls(config -> 'redis') - {Nested} <> '{"{}"}'
                  ELSE config -> 'redis' NOT IN ('null', '[]') END
                """,
            reason: "config.redis held more than the settings of Redis, which was removed",
            remedy: "Check config.redis, and set it again through the Admin API.",
            PluginConfigs.WereKeys("redis", except: Nested),
            PluginConfigs.WasType("redis"));

        var settings = Names.Select(name => $"'{name}', coalesce(config -> 'redis_{name}', config #> '{{redis,{name}}}')");
        configs.Rewrite(
            where: "TRUE",
            to: $"""
                config || jsonb_build_object('redis', jsonb_build_object(
                  {string.Join(",\n  ", settings)}))
                """);
    }

    /// <summary>Finish phase: removes the flat keys.</summary>
    public static void RemoveFlat(PluginConfigs configs)
    {
        // Kong: the same, silently. A gateway of 3.5 that still runs reads only the flat keys.
        configs.Warn(
            where: string.Join("\n OR ", Names.Select(Differs)),
            reason: "the older settings redis_... differed from config.redis, and were removed",
            remedy: "Check config.redis, in case an older gateway changed the plugin after up.",
            [.. Names.Select(name => $"CASE WHEN {Differs(name)} THEN {configs.Was($"redis_{name}")} END")]);
        configs.Warn(
            where: """config @> '[{"redis": {}}]'""",
            reason: "config is a list, made by Kong of what was no object, and was left as it is",
            remedy: "Delete the plugin, or set its config through the Admin API.",
            was: "'config is a JSON ' || jsonb_typeof(config)");

        configs.Rewrite(where: $"config ?| {Flat}", to: $"config - {Flat}");
    }

    private static string Differs(string name) =>
        $"config -> 'redis_{name}' NOT IN ('null', coalesce(config #> '{{redis,{name}}}', 'null'))";

    private static string TextArray(IEnumerable<string> texts) => $"'{{{string.Join(',', texts)}}}'::text[]";
}
