using Migrator.Errors;
using Migrator.Resilience;

namespace Migrator.Connecting;

/// <summary>
/// Connects again and again while the reason is transient (<see cref="MigratorException.IsTransient"/>), until the time that was given is
/// over. A wrong password is tried once.
/// </summary>
/// <param name="limit">How long (--wait); zero for one attempt.</param>
/// <param name="time">The clock.</param>
/// <param name="say">Hears the first reason, once for each time of waiting.</param>
internal sealed class ConnectionRetry(TimeSpan limit, TimeProvider time, Action<MigratorException, TimeSpan>? say = null)
{
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
        var allowed = atLeast > Limit ? atLeast : Limit;
        var backoff = new Backoff(allowed, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(2), time);
        backoff.Start();
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
}
