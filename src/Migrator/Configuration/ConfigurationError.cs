namespace Migrator.Configuration;

/// <summary>A reason why the configuration is refused.</summary>
/// <param name="File">The file.</param>
/// <param name="Line">Its line; null where the environment or the whole file is meant.</param>
/// <param name="Message">What is wrong, and what to write instead.</param>
internal sealed record ConfigurationError(string File, int? Line, string Message)
{
    /// <inheritdoc />
    public override string ToString() => Line is null ? Message : $"{File}:{Line}: {Message}";
}
