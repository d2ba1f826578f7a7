namespace Migrator.Planning;

/// <summary>A lock that a step takes on a table that is there before it (PostgreSQL 17, 13.3.1).</summary>
/// <param name="Table">The table.</param>
/// <param name="Mode">The lock mode.</param>
internal sealed record TableLock(string Table, LockMode Mode)
{
    /// <summary>The mode as SQL has it.</summary>
    public string ModeName => Mode switch
    {
        LockMode.RowExclusive => "ROW EXCLUSIVE",
        LockMode.Share => "SHARE",
        LockMode.ShareRowExclusive => "SHARE ROW EXCLUSIVE",
        _ => "ACCESS EXCLUSIVE",
    };

    /// <summary>What waits for it.</summary>
    public string Waits => Mode switch
    {
        LockMode.RowExclusive => "nothing waits",
        LockMode.Share or LockMode.ShareRowExclusive => "writes wait",
        _ => "reads and writes wait",
    };
}

/// <summary>The lock modes that migrations take, from the weakest on.</summary>
internal enum LockMode
{
    /// <summary>Rows are changed.</summary>
    RowExclusive,

    /// <summary>An index is made.</summary>
    Share,

    /// <summary>A trigger or a foreign key is made.</summary>
    ShareRowExclusive,

    /// <summary>Everything else.</summary>
    AccessExclusive,
}
