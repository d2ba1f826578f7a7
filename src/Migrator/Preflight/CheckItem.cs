namespace Migrator.Preflight;

/// <summary>One precondition, and how it stands.</summary>
/// <param name="Connection">The connection that it is about: <c>rw</c>, <c>ro</c>; empty for both.</param>
/// <param name="Name">The precondition, in a word or two.</param>
/// <param name="Verdict">How it stands.</param>
/// <param name="Text">What was seen.</param>
/// <param name="Remedy">What to do, as commands to paste; null where nothing is to be done.</param>
internal sealed record CheckItem(string Connection, string Name, CheckVerdict Verdict, string Text, string? Remedy = null);

/// <summary>How a precondition stands.</summary>
internal enum CheckVerdict
{
    /// <summary>Met.</summary>
    Met,

    /// <summary>Not met.</summary>
    NotMet,

    /// <summary>Met, but something should be changed.</summary>
    Warning,

    /// <summary>It can't be seen from here.</summary>
    Unseen,
}
