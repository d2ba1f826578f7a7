namespace Migrator.Ledger;

/// <summary>The row of <c>locks</c> that says who migrates the schema, as long as it has not run out.</summary>
/// <param name="Owner">Who: Kong writes a random id, migrator its <see cref="RunnerName"/>.</param>
/// <param name="Until">When it runs out, in UTC, to the microsecond. Whoever renews it changes this.</param>
internal sealed record LockRow(string Owner, string Until)
{
    /// <summary>Whether a migrator wrote it, whose life shows in the advisory lock. A Kong's does not show anywhere.</summary>
    public bool IsMigrators => RunnerName.Is(Owner);

    /// <summary>As messages name the owner.</summary>
    public string Description => IsMigrators
        ? Owner
        : $"Kong, owner {Owner}, at work since 60 s before {Until[..^7]} UTC if it was given no --lock-timeout; its lock runs out then";
}
