using Migrator.Resilience;

namespace Migrator.Connecting;

/// <summary>
/// Repeats an attempt to connect while its error is transient (<see cref="MigratorException.IsTransient"/>) and time remains.
/// </summary>
/// <param name="limit">How long to retry (--wait); zero for one attempt.</param>
/// <param name="time">The clock.</param>
/// <param name="say">Receives the first error of each wait, and how long the wait may take.</param>
internal sealed class ConnectionRetry(TimeSpan limit, TimeProvider time, Action<MigratorException, TimeSpan>? say = null)
{
    /// <summary>A single attempt.</summary>
    public static readonly ConnectionRetry None = new(TimeSpan.Zero, TimeProvider.System);

    private Backoff? first;

    /// <summary>How long to wait for a database.</summary>
    public TimeSpan Limit { get; } = limit;

    /// <summary>Connects, retrying until the limit. Calls without <paramref name="atLeast"/> share its time.</summary>
    /// <param name="connect">One attempt.</param>
    /// <param name="atLeast">How long to retry if the limit is shorter: for a run that lost its connection.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="MigratorException">The error of the last attempt.</exception>
    public async Task<T> ConnectAsync<T>(Func<Task<T>> connect, TimeSpan atLeast, CancellationToken cancellationToken)
    {
        var allowed = atLeast > Limit ? atLeast : Limit;
        var backoff = atLeast > TimeSpan.Zero ? Start(allowed) : first ??= Start(allowed);
        var said = false;
        while (true)
        {
            try
            {
                return await connect();
            }
            catch (MigratorException e) when (e.IsTransient && !backoff.IsOver)
            {
                if (!said)
                {
                    said = true;
                    say?.Invoke(e, allowed);
                }
            }

            await backoff.PauseAsync(cancellationToken);
        }
    }

    private Backoff Start(TimeSpan allowed)
    {
        var backoff = new Backoff(allowed, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(2), time);
        backoff.Start();
        return backoff;
    }
}
