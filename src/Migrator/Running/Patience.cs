using Migrator.Errors;

namespace Migrator.Running;

/// <summary>Waits for another runner, a little longer each time and never in step with others, until the time that was given is over.</summary>
internal sealed class Patience(TimeSpan limit, TimeProvider time)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    private readonly long began = time.GetTimestamp();
    private TimeSpan pause = First;

    /// <summary>Waits before the next look.</summary>
    /// <param name="holder">Who is at work.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="MigratorException">The time is over.</exception>
    public async Task WaitAsync(string holder, CancellationToken cancel)
    {
        if (time.GetElapsedTime(began) >= limit)
        {
            throw new MigratorException(
                $"Another migrator is at work on this schema ({holder}), and --lock-timeout {limit.TotalSeconds:0} s is over.",
                cause: null,
                "Wait for it to end and run the command again, or give a longer --lock-timeout.");
        }

        // Jitter for its own sake, not for secrecy: fifty pods that started together must not look together.
        await Task.Delay(pause * (0.5 + Random.Shared.NextDouble()), time, cancel);
        pause = pause * 2 < Longest ? pause * 2 : Longest;
    }
}
