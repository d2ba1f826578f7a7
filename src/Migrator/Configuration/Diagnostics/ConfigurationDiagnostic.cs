namespace Migrator.Configuration.Diagnostics;

/// <summary>A warning about the configuration, or an error for which it is refused.</summary>
/// <param name="File">The file.</param>
/// <param name="Line">The line of the file; null if it concerns the environment or the whole file.</param>
/// <param name="Code">The kind of warning, one of <see cref="DiagnosticCode"/>; null for an error.</param>
/// <param name="Message">What was understood or is wrong, and what to write instead.</param>
internal sealed record ConfigurationDiagnostic(string File, int? Line, string? Code, string Message)
{
    /// <inheritdoc />
    public override string ToString() => Line is null ? Message : $"{File}:{Line}: {Message}";
}
