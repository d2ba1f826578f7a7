namespace Migrator.Running;

/// <summary>Pauses between looks, a little longer each time and never in step with others, until the time that was given is over.</summary>
/// <param name="limit">How long in all.</param>
/// <param name="first">The first pause, give or take a half.</param>
/// <param name="longest">The longest, give or take a half.</param>
/// <param name="time">The clock.</param>
internal sealed class Backoff(TimeSpan limit, TimeSpan first, TimeSpan longest, TimeProvider time)
{
    private long? began;
    private TimeSpan? pause;
    private string? waitedFor;

    /// <summary>Whether the time is over. It begins with the first question, or the first one since <see cref="Renew"/>.</summary>
    public bool IsOver => time.GetElapsedTime(began ??= time.GetTimestamp()) >= limit;

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

    /// <summary>Begins anew: what was waited for came, and work was done.</summary>
    public void Renew() => (began, pause) = (null, null);

    /// <summary>How long to wait before the next look.</summary>
    public TimeSpan NextPause()
    {
        // Jitter for its own sake, not for secrecy: fifty pods that started together must not look together.
        var now = pause ?? first;
        pause = now * 2 < longest ? now * 2 : longest;
        return now * (0.5 + Random.Shared.NextDouble());
    }

    /// <summary>Waits before the next look.</summary>
    public Task PauseAsync(CancellationToken cancellationToken) => Task.Delay(NextPause(), time, cancellationToken);
}
