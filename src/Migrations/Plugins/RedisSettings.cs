using Migrations.Dsl;

namespace Migrations.Plugins;

/// <summary>
/// From 3.6 on rate-limiting and response-ratelimiting keep the settings of Redis in an object of their own, <c>redis</c>. Between up and
/// finish both forms are there, for both gateway versions.
/// </summary>
internal static class RedisSettings
{
    private static readonly string[] Names =
        ["host", "port", "password", "username", "ssl", "ssl_verify", "server_name", "timeout", "database"];

    /// <summary>Up phase: makes <c>redis</c> from the flat keys, or else from what it holds already; what is in neither is null.</summary>
    public static void Nest(PluginConfigs configs)
    {
        configs.WarnUnlessObject();

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
        var flat = $"'{{{string.Join(',', Names.Select(name => $"redis_{name}"))}}}'::text[]";
        configs.Rewrite(where: $"config ?| {flat}", to: $"config - {flat}");
    }
}
