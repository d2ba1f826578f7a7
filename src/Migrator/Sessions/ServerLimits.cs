namespace Migrator.Sessions;

/// <summary>
/// How long the answers of a server are waited for. A batch that changes something has no limit: a server that lives may work on it.
/// </summary>
internal sealed record ServerLimits
{
    /// <summary>A batch that only looks. The server itself ends its statements after 30 seconds.</summary>
    public TimeSpan Read { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>COMMIT. Without an answer, the ledger tells what became of it.</summary>
    public TimeSpan Commit { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>ROLLBACK. Without an answer the connection is closed, which has the same effect.</summary>
    public TimeSpan Rollback { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>ROLLBACK after a signal, which leaves two seconds for everything.</summary>
    public TimeSpan AfterSignal { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long to try to make a lost connection again, if --wait does not give more.</summary>
    public TimeSpan Reconnect { get; init; } = TimeSpan.FromSeconds(15);
}
