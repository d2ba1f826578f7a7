namespace Migrator.Sessions;

/// <summary>How long the client waits for the server's answers.</summary>
/// <remarks>A writing batch has no limit as long as the server works on it.</remarks>
internal sealed record ServerLimits
{
    /// <summary>The limit for a reading batch. The server itself ends its statements after 30 seconds.</summary>
    public TimeSpan Read { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>The limit for reading all rows of large tables, which the server does not limit.</summary>
    public TimeSpan Stream { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// How long a write may be silent before a second session renews the row in <c>locks</c>, which is valid for 60 seconds, and asks
    /// what the server does; also the time between two renewals.
    /// </summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The limit for ROLLBACK. Without an answer, the connection is closed, which has the same effect.</summary>
    public TimeSpan Rollback { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The limit for ROLLBACK after a signal, when the run has two seconds in all.</summary>
    public TimeSpan AfterSignal { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// How long the first read is repeated (--wait): a pooler may accept a login and have no server, a standby may end a read for its
    /// replay.
    /// </summary>
    public TimeSpan FirstAnswer { get; init; }

    /// <summary>How long to retry a lost connection, if --wait is not longer.</summary>
    public TimeSpan Reconnect { get; init; } = TimeSpan.FromSeconds(15);
}
