namespace Migrator.Locking;

/// <summary>The row of <c>locks</c> that names the runner of a migration, while it has not expired.</summary>
/// <param name="Owner">The owner: a random id for Kong, a <see cref="RunnerName"/> for migrator.</param>
/// <param name="Until">When it expires, in UTC, to the microsecond; empty if it never does. Each renewal changes it.</param>
internal sealed record LockRow(string Owner, string Until)
{
    private static readonly TimeSpan KongsDefault = TimeSpan.FromSeconds(60);

    /// <summary>Whether a migrator wrote it. The advisory lock shows whether a migrator is alive; nothing shows it for Kong.</summary>
    public bool IsMigrators => RunnerName.Is(Owner);

    /// <summary>The owner, as text for messages.</summary>
    public string Description => IsMigrators
        ? Owner
        : Until.Length == 0
        ? $"owner {Owner}, whose lock has no end: if nobody works behind it, delete the row 'migrations' from locks"
        : End is { } end
        ? string.Create(CultureInfo.InvariantCulture, $"Kong, owner {Owner}, since about {end - KongsDefault:HH:mm:ss}; its lock, good "
            + $"for 60 s unless --lock-timeout says otherwise, runs out at {end:HH:mm:ss} UTC")
        : $"owner {Owner}, whose lock runs out at {Until} UTC";

    // PostgreSQL's timestamps exceed DateTime by 284,000 years, so that parsing may fail.
    private DateTime? End =>
        DateTime.TryParse(Until, CultureInfo.InvariantCulture, out var end) && end - DateTime.MinValue > KongsDefault ? end : null;
}
