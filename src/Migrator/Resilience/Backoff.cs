namespace Migrator.Resilience;

/// <summary>
/// Pauses between attempts: twice as long each time, with jitter, until the time that was given is over. It is the one backoff of the
/// program: for locks, tables, connections and AWS alike.
/// </summary>
/// <param name="limit">How long in all; zero where the caller counts its attempts instead.</param>
/// <param name="first">The first pause, give or take a half.</param>
/// <param name="longest">The longest, give or take a half.</param>
/// <param name="time">The clock.</param>
internal sealed class Backoff(TimeSpan limit, TimeSpan first, TimeSpan longest, TimeProvider time)
{
    private long? began;
    private TimeSpan? pause;
    private string? waitedFor;

    /// <summary>Whether the time is over. It begins with the first question, or the first one since <see cref="Renew"/>.</summary>
    public bool IsOver => Left <= TimeSpan.Zero;

    /// <summary>How much of the time is left.</summary>
    public TimeSpan Left => limit - time.GetElapsedTime(began ??= time.GetTimestamp());

    /// <summary>Whether the time is over that one of those who are waited for has. With another one it begins anew.</summary>
    /// <param name="who">Who is waited for; null where that is not known.</param>
    public bool IsOverFor(string? who)
    {
        if (who is not null && who != waitedFor)
        {
            waitedFor = who;
            Renew();
        }

        return IsOver;
    }

    /// <summary>Begins now, where work that counts comes before the first question.</summary>
    public void Start() => began ??= time.GetTimestamp();

    /// <summary>Begins anew: what was waited for came, and work was done.</summary>
    public void Renew() => (began, pause) = (null, null);

    /// <summary>How long to wait before the next attempt.</summary>
    public TimeSpan NextPause()
    {
        // Jitter for its own sake, not for secrecy: fifty pods that started together must not try together.
        var now = pause ?? first;
        pause = now * 2 < longest ? now * 2 : longest;
        return now * (0.5 + Random.Shared.NextDouble());
    }

    /// <summary>Waits before the next attempt, and not beyond the end of the time, so that one is made at its end.</summary>
    public Task PauseAsync(CancellationToken cancellationToken)
    {
        var next = NextPause();
        var isLast = limit > TimeSpan.Zero && next > Left;
        return Task.Delay(isLast ? TimeSpan.FromTicks(Math.Max(Left.Ticks, 0)) : next, time, cancellationToken);
    }
}
