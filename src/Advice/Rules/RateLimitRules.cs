using Migrator.Advice.Values;
using Migrator.Native;

namespace Migrator.Advice.Rules;

/// <summary>Limits of rate-limiting and response-ratelimiting: a longer period must not have a lower limit.</summary>
internal static class RateLimitRules
{
    private const double RealTime = -1;
    private const double MinSyncRate = 0.02;

    private static readonly string[] Periods = ["second", "minute", "hour", "day", "month", "year"];

    /// <summary>The configuration of rate-limiting.</summary>
    public static string? RateLimiting(object value)
    {
        var config = (KongTable)value;
        if (CheckOrder(config, "The") is { } error)
        {
            return error;
        }

        var isRedis = config["policy"] is "redis";
        if (config["sync_rate"] is double rate && rate != RealTime)
        {
            if (!isRedis)
            {
                return "sync_rate can only be used with the redis policy";
            }

            return rate < MinSyncRate ? "sync_rate must be greater than 0.02, or -1 to disable" : null;
        }

        return null;
    }

    /// <summary>One limit of response-ratelimiting.</summary>
    public static string? ResponseLimit(object value) => CheckOrder((KongTable)value, "the");

    private static string? CheckOrder(KongTable limits, string start)
    {
        var set = Periods.Where(p => limits[p] is double).Select(p => (Name: p, Limit: (double)limits[p]!)).ToList();
        for (var i = 0; i < set.Count; i++)
        {
            for (var j = i + 1; j < set.Count; j++)
            {
                if (set[j].Limit < set[i].Limit)
                {
                    return $"{start} limit for {Text(set[j])} cannot be lower than the limit for {Text(set[i])}";
                }
            }
        }

        return null;
    }

    private static string Text((string Name, double Limit) period) => $"{period.Name}({LuaNumber.OneDecimal(period.Limit)})";
}
