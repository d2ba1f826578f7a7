namespace Migrator.Running;

/// <summary>Pauses between looks, a little longer each time and never in step with others, until the time that was given is over.</summary>
/// <param name="limit">How long in all.</param>
/// <param name="longest">The longest pause, give or take a half.</param>
/// <param name="time">The clock.</param>
internal sealed class Patience(TimeSpan limit, TimeSpan longest, TimeProvider time)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(50);

    private long? began;
    private TimeSpan pause = First;

    /// <summary>Whether the time is over. It begins with the first question.</summary>
    public bool IsOver => time.GetElapsedTime(began ??= time.GetTimestamp()) >= limit;

    /// <summary>Waits before the next look.</summary>
    public async Task PauseAsync(CancellationToken cancel)
    {
        // Jitter for its own sake, not for secrecy: fifty pods that started together must not look together.
        await Task.Delay(pause * (0.5 + Random.Shared.NextDouble()), time, cancel);
        pause = pause * 2 < longest ? pause * 2 : longest;
    }
}
