namespace Migrator.Configuration.Diagnostics;

/// <summary>A warning about the configuration, or an error for which it is refused.</summary>
/// <param name="File">The file.</param>
/// <param name="Line">The line of the file; null if it concerns the environment or the whole file.</param>
/// <param name="Code">The kind of warning, one of <see cref="DiagnosticCode"/>; null for an error.</param>
/// <param name="Message">What was understood or is wrong, and what to write instead.</param>
internal sealed record ConfigurationDiagnostic(string File, int? Line, string? Code, string Message)
{
    private const int MaxLines = 10;

    /// <summary>Returns the messages of diagnostics, equal ones as one message that names their lines.</summary>
    public static IReadOnlyList<string> Merge(IReadOnlyList<ConfigurationDiagnostic> diagnostics) =>
        [.. diagnostics.GroupBy(diagnostic => diagnostic with { Line = null }).Select(equal => Describe([.. equal]))];

    private static string Describe(ConfigurationDiagnostic[] equal)
    {
        var lines = equal.Where(diagnostic => diagnostic.Line is not null).Select(diagnostic => diagnostic.Line).ToList();
        var more = lines.Count > MaxLines ? $" and {lines.Count - MaxLines} more" : "";
        return lines.Count < 2
            ? equal[0].ToString()
            : $"{equal[0].File}:{string.Join(", ", lines.Take(MaxLines))}{more}: {equal[0].Message}";
    }

    /// <inheritdoc />
    public override string ToString() => Line is null ? Message : $"{File}:{Line}: {Message}";
}
