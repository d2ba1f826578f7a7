namespace Migrator.Locking;

/// <summary>Decides which other runner works on the schema, and whether a migrator's row was left by a dead one.</summary>
/// <remarks>
/// A migrator holds the advisory lock during its transactions and has a row in <c>locks</c>; Kong has only the row. If a migrator's row is
/// there without the advisory lock, it belongs to a dead migrator, or to one between two transactions. A second read tells them apart: a
/// live migrator has renewed its row, because each transaction renews it, and each pause between two attempts does so several times.
/// </remarks>
/// <param name="ourName">The name of this run.</param>
/// <param name="time">The clock.</param>
internal sealed class RunnerLiveness(string ourName, TimeProvider time)
{
    /// <summary>The longest time that a live migrator leaves its row unchanged without holding the advisory lock.</summary>
    public static TimeSpan BetweenTransactions { get; } = TimeSpan.FromMilliseconds(800);

    private LockRow? seen;
    private long since;
    private bool isRenewed;

    /// <summary>A dead migrator whose row is to be replaced; null if there is none.</summary>
    public string? Dead { get; private set; }

    /// <summary>Returns the other runner that works on the schema; null if there is none.</summary>
    /// <param name="locks">The locks that were read.</param>
    public OtherRunner? FindActiveRunner(LockState locks)
    {
        if (locks.Row is { } now && now != seen)
        {
            (isRenewed, seen, since) = (now.Owner == seen?.Owner, now, time.GetTimestamp());
        }

        return locks switch
        {
            { Holder: not null, Row: { IsMigrators: true } row } when row.Owner != ourName => OtherRunner.Of(row),
            { Holder: { } holder } => OtherRunner.Unknown(holder),
            { Row: { IsMigrators: false } kong } => OtherRunner.Of(kong),
            { Row: { } row } when row.Owner != ourName && isRenewed && Unchanged < BetweenTransactions => OtherRunner.Of(row),
            _ => null,
        };
    }

    /// <summary>If a second read is needed to decide whether a migrator is alive, waits and returns true.</summary>
    /// <param name="locks">The locks that were read, for which <see cref="FindActiveRunner"/> returned null.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public async Task<bool> NeedsSecondReadAsync(LockState locks, CancellationToken cancellationToken)
    {
        if (locks.Row is not { } row || row.Owner == ourName || Unchanged >= BetweenTransactions)
        {
            Dead = locks.Row?.Owner is { } owner && owner != ourName ? owner : null;
            return false;
        }

        await Task.Delay(BetweenTransactions - Unchanged, time, cancellationToken);
        return true;
    }

    private TimeSpan Unchanged => time.GetElapsedTime(since);
}

/// <summary>Another runner that works on the schema.</summary>
/// <param name="Description">The runner, as text for messages.</param>
/// <param name="Identity">The name that distinguishes it from other runners; null if it is not known.</param>
internal sealed record OtherRunner(string Description, string? Identity)
{
    /// <summary>Creates the runner that owns a row in <c>locks</c>.</summary>
    public static OtherRunner Of(LockRow row) => new(row.Description, row.Owner);

    /// <summary>Creates a runner without a row, only known as a session. It may be the same runner as before.</summary>
    public static OtherRunner Unknown(string description) => new(description, Identity: null);
}
