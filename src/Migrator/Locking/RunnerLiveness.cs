namespace Migrator.Locking;

/// <summary>
/// Who else works on the schema. A migrator shows in the advisory lock of its transaction, and in its row of <c>locks</c>; a Kong in its
/// row only. A migrator's row without the lock is that of a dead one, or of one that is just between two transactions: then the row is
/// another at a second look, as each transaction renews it, and each pause between two attempts does so several times.
/// </summary>
/// <param name="ourName">What this run calls itself.</param>
/// <param name="time">The clock.</param>
internal sealed class RunnerLiveness(string ourName, TimeProvider time)
{
    /// <summary>How long a migrator that lives may leave its row as it is without holding the lock.</summary>
    public static TimeSpan BetweenTransactions { get; } = TimeSpan.FromMilliseconds(800);

    private LockRow? seen;
    private long since;
    private bool isRenewed;

    /// <summary>A migrator that is known to be dead, and whose row is to be taken over; null for none.</summary>
    public string? Dead { get; private set; }

    /// <summary>Who is at work; null for nobody.</summary>
    /// <param name="locks">What a look at the database saw.</param>
    public Other? AtWork(LockState locks)
    {
        if (locks.Row is { } now && now != seen)
        {
            (isRenewed, seen, since) = (now.Owner == seen?.Owner, now, time.GetTimestamp());
        }

        return locks switch
        {
            { Holder: not null, Row: { IsMigrators: true } row } when row.Owner != ourName => Other.Of(row),
            { Holder: { } holder } => Other.Unknown(holder),
            { Row: { IsMigrators: false } kong } => Other.Of(kong),
            { Row: { } row } when row.Owner != ourName && isRenewed && Unchanged < BetweenTransactions => Other.Of(row),
            _ => null,
        };
    }

    /// <summary>Waits a moment if a second look is needed to know whether a migrator lives; false if it is not.</summary>
    /// <param name="locks">What a look at the database saw, which showed nobody at work.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    public async Task<bool> WantsSecondLookAsync(LockState locks, CancellationToken cancellationToken)
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

/// <summary>Somebody else who is at work.</summary>
/// <param name="Description">As messages name it.</param>
/// <param name="Identity">By which one is told from another; null where that is not known.</param>
internal sealed record Other(string Description, string? Identity)
{
    /// <summary>The owner of the row in <c>locks</c>.</summary>
    public static Other Of(LockRow row) => new(row.Description, row.Owner);

    /// <summary>One without a row: a session, which may be the same one as before under another description.</summary>
    public static Other Unknown(string description) => new(description, Identity: null);
}
