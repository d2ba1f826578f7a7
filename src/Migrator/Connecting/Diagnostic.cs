namespace Migrator.Connecting;

/// <summary>Something an operator should know about a connection.</summary>
/// <param name="Kind">How urgent it is.</param>
/// <param name="Text">What it is.</param>
/// <param name="Remedy">What to do about it, if anything.</param>
internal sealed record Diagnostic(DiagnosticKind Kind, string Text, string? Remedy = null);

/// <summary>How urgent a remark is.</summary>
internal enum DiagnosticKind
{
    /// <summary>For those who ask (-v).</summary>
    Detail,

    /// <summary>For everybody.</summary>
    Info,

    /// <summary>Something to look at.</summary>
    Warning,
}
