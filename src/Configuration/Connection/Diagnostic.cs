namespace Migrator.Configuration.Connection;

/// <summary>A message to the operator about a connection.</summary>
/// <param name="Kind">How urgent it is.</param>
/// <param name="Text">The message.</param>
/// <param name="Remedy">What to do about it, if anything.</param>
internal sealed record Diagnostic(DiagnosticKind Kind, string Text, string? Remedy = null);

/// <summary>How urgent a <see cref="Diagnostic"/> is.</summary>
internal enum DiagnosticKind
{
    /// <summary>Shown with -v only.</summary>
    Detail,

    /// <summary>Always shown.</summary>
    Info,

    /// <summary>Needs the operator's attention.</summary>
    Warning,
}
