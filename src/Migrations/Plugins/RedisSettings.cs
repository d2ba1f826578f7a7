using Migrations.Dsl;

namespace Migrations.Plugins;

/// <summary>From 3.6 on rate-limiting and response-ratelimiting keep the settings of Redis in an object of their own.</summary>
internal static class RedisSettings
{
    /// <summary>Up phase.</summary>
    public static void Nest(Rows rows, string plugin)
    {
        _ = rows;
        _ = plugin;
    }

    /// <summary>Finish phase.</summary>
    public static void RemoveFlat(Rows rows, string plugin)
    {
        _ = rows;
        _ = plugin;
    }
}
