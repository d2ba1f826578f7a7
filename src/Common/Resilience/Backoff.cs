namespace Migrator.Resilience;

/// <summary>Exponential backoff with jitter and a time limit, for all retries of the program.</summary>
/// <param name="limit">The time limit for all attempts; zero if the caller counts its attempts instead.</param>
/// <param name="first">The first pause; jitter changes each pause by up to half of it.</param>
/// <param name="max">The longest pause before jitter.</param>
/// <param name="time">The clock.</param>
internal sealed class Backoff(TimeSpan limit, TimeSpan first, TimeSpan max, TimeProvider time)
{
    private long? began;
    private TimeSpan? pause;
    private string? waitedFor;

    /// <summary>Whether the time is over. It starts at the first use, or the first use after <see cref="Restart"/>.</summary>
    public bool IsOver => Left <= TimeSpan.Zero;

    /// <summary>The time that is left.</summary>
    public TimeSpan Left => limit - time.GetElapsedTime(began ??= time.GetTimestamp());

    /// <summary>Whether the time for waiting for one runner is over. It starts again for another runner.</summary>
    /// <param name="who">The runner that is waited for; null if it is not known.</param>
    public bool IsOverFor(string? who)
    {
        if (who is not null && who != waitedFor)
        {
            waitedFor = who;
            Restart();
        }

        return IsOver;
    }

    /// <summary>Starts the time, so that the first attempt counts too.</summary>
    /// <param name="attempt">When the first attempt began; null for now.</param>
    public void Start(long? attempt = null) => began ??= attempt ?? time.GetTimestamp();

    /// <summary>Resets time and pause, after an attempt has succeeded.</summary>
    public void Restart() => (began, pause) = (null, null);

    /// <summary>Returns the pause before the next attempt, and doubles it for the one after.</summary>
    public TimeSpan NextPause()
    {
        // The jitter keeps fifty pods that started together from retrying together. It need not be cryptographically random.
        var now = pause ?? first;
        pause = now * 2 < max ? now * 2 : max;
        return now * (0.5 + Random.Shared.NextDouble());
    }

    /// <summary>Waits before the next attempt, at most until the time limit, so that the last attempt is made then.</summary>
    public Task PauseAsync(CancellationToken cancellationToken)
    {
        var next = NextPause();
        var isLast = limit > TimeSpan.Zero && next > Left;
        return Task.Delay(isLast ? TimeSpan.FromTicks(Math.Max(Left.Ticks, 0)) : next, time, cancellationToken);
    }
}
