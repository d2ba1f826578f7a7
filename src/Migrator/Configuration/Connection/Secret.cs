namespace Migrator.Configuration.Connection;

/// <summary>A value that must not be seen. Whatever prints it prints three asterisks, unless it asks for <see cref="Reveal"/>.</summary>
internal sealed class Secret(string value)
{
    /// <summary>The value itself: for the server, never for a log, an error or a file.</summary>
    public string Reveal() => value;

    /// <inheritdoc />
    public override string ToString() => "***";
}
