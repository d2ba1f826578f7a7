namespace Migrator.Configuration;

/// <summary>Something in the configuration that the gateway silently understands in another way than it reads.</summary>
/// <param name="File">The file.</param>
/// <param name="Line">Its line; null where the environment is meant.</param>
/// <param name="Code">One of <see cref="Findings.WarningCode"/>.</param>
/// <param name="Message">What was understood, and what to write instead.</param>
internal sealed record ConfigurationWarning(string File, int? Line, string Code, string Message)
{
    /// <inheritdoc />
    public override string ToString() => Line is null ? Message : $"{File}:{Line}: {Message}";
}
