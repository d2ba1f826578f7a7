namespace Migrator.Rollout;

/// <summary>How long one has to look until a gateway has shown itself.</summary>
/// <remarks>
/// Kong: an idle gateway asks the database every db_update_frequency, and a probe of /status closes the session that it asked on. So it may
/// be without one until it asks again. A control plane records a data plane every 30 seconds.
/// </remarks>
internal static class GatewayPeriod
{
    /// <summary>The pause between two looks: a session that a probe opens lasts for some milliseconds.</summary>
    public static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);

    /// <summary>How many looks are made in one message: they take a quarter of a second.</summary>
    public const int LooksInMessage = 12;

    /// <summary>How often data planes and names are read, which change slowly.</summary>
    public static readonly TimeSpan OfDataPlanes = TimeSpan.FromSeconds(5);

    /// <summary>The shortest time in which a control plane has recorded each of its data planes.</summary>
    public static readonly TimeSpan WithDataPlanes = TimeSpan.FromSeconds(36);

    /// <summary>The shortest time in which a gateway has asked the database, twice to be sure.</summary>
    /// <param name="frequency">db_update_frequency in seconds.</param>
    public static TimeSpan Of(double frequency) => TimeSpan.FromSeconds((2 * Math.Clamp(frequency, 0, 86_400)) + 1);

    /// <summary>The pause before the next message. It varies, or a gateway with a period of its own could fall between the looks.</summary>
    public static TimeSpan NextPause() => BetweenLooks * Random.Shared.NextDouble();
}
