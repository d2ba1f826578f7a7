using System.Globalization;

namespace Migrator.Locking;

/// <summary>The row of <c>locks</c> that says who migrates the schema, as long as it has not run out.</summary>
/// <param name="Owner">Who: Kong writes a random id, migrator its <see cref="RunnerName"/>.</param>
/// <param name="Until">When it runs out, in UTC, to the microsecond; empty where it never does. Whoever renews it changes this.</param>
internal sealed record LockRow(string Owner, string Until)
{
    private static readonly TimeSpan KongsDefault = TimeSpan.FromSeconds(60);

    /// <summary>Whether a migrator wrote it, whose life shows in the advisory lock. A Kong's does not show anywhere.</summary>
    public bool IsMigrators => RunnerName.Is(Owner);

    /// <summary>As messages name the owner.</summary>
    public string Description => IsMigrators
        ? Owner
        : Until.Length == 0
        ? $"owner {Owner}, whose lock has no end: if nobody works behind it, delete the row 'migrations' from locks"
        : End is { } end
        ? string.Create(CultureInfo.InvariantCulture, $"Kong, owner {Owner}, since about {end - KongsDefault:HH:mm:ss}; its lock, good "
            + $"for 60 s unless --lock-timeout says otherwise, runs out at {end:HH:mm:ss} UTC")
        : $"owner {Owner}, whose lock runs out at {Until} UTC";

    // PostgreSQL's calendar goes on for 284,000 years after the one of .NET ends.
    private DateTime? End =>
        DateTime.TryParse(Until, CultureInfo.InvariantCulture, out var end) && end - DateTime.MinValue > KongsDefault ? end : null;
}
