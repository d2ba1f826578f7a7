namespace Migrator.Configuration.Connection;

/// <summary>
/// A value that must not be shown. <see cref="ToString"/> returns three asterisks; <see cref="Reveal"/> returns the value.
/// </summary>
internal sealed class Secret(string value)
{
    /// <summary>Returns the value, to send to the server. It must not be written to a log, an error or a file.</summary>
    public string Reveal() => value;

    /// <inheritdoc />
    public override string ToString() => "***";
}
