using Migrator.Errors;

namespace Migrator.Connecting;

/// <summary>
/// Connects again and again while the reason is one that can heal by itself (<see cref="MigratorException.IsTransient"/>), a little later
/// each time and never in step with others, until the time that was given is over. A wrong password is tried once.
/// </summary>
/// <param name="limit">How long (--wait); zero for one attempt.</param>
/// <param name="time">The clock.</param>
/// <param name="say">Hears the first reason, once for each time of waiting.</param>
internal sealed class ConnectionRetry(TimeSpan limit, TimeProvider time, Action<MigratorException, TimeSpan>? say = null)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    /// <summary>One attempt.</summary>
    public static readonly ConnectionRetry None = new(TimeSpan.Zero, TimeProvider.System);

    /// <summary>How long a database is waited for.</summary>
    public TimeSpan Limit { get; } = limit;

    /// <summary>Connects.</summary>
    /// <param name="connect">One attempt.</param>
    /// <param name="atLeast">How long to try even if less was given: for a run that lost its connection.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="MigratorException">The last attempt's reason.</exception>
    public async Task<T> ConnectAsync<T>(Func<Task<T>> connect, TimeSpan atLeast, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var allowed = atLeast > Limit ? atLeast : Limit;
        var said = false;
        for (var pause = First; ; pause = pause * 2 < Longest ? pause * 2 : Longest)
        {
            try
            {
                return await connect();
            }
            catch (MigratorException e) when (e.IsTransient && time.GetElapsedTime(began) < allowed)
            {
                if (!said)
                {
                    said = true;
                    say?.Invoke(e, allowed);
                }
            }

            var left = allowed - time.GetElapsedTime(began);
            var next = pause * (0.5 + Random.Shared.NextDouble());
            await Task.Delay(next < left ? next : left > TimeSpan.Zero ? left : TimeSpan.Zero, time, cancellationToken);
        }
    }
}
