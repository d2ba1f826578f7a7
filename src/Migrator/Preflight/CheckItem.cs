namespace Migrator.Preflight;

/// <summary>The result of checking one precondition.</summary>
/// <param name="Connection">The connection that it belongs to: <c>rw</c> or <c>ro</c>; empty for both.</param>
/// <param name="Name">A short name of the precondition.</param>
/// <param name="Verdict">The verdict.</param>
/// <param name="Text">What was found.</param>
/// <param name="Remedy">What to do, with commands to paste; null if nothing is needed.</param>
internal sealed record CheckItem(string Connection, string Name, CheckVerdict Verdict, string Text, string? Remedy = null);

/// <summary>The verdict on a precondition.</summary>
internal enum CheckVerdict
{
    /// <summary>It is met.</summary>
    Met,

    /// <summary>It is not met.</summary>
    NotMet,

    /// <summary>It is met, but something should be changed.</summary>
    Warning,

    /// <summary>It could not be checked.</summary>
    NotTested,
}
