namespace Migrator.Files;

/// <summary>How much may be read from a file or a stream, and for how long.</summary>
/// <param name="Bytes">The largest size.</param>
/// <param name="Time">The longest time, opening included.</param>
internal sealed record ReadLimits(int Bytes, TimeSpan Time)
{
    /// <summary>Limits for a small file: a token, a list of profiles, a bundle of certificates.</summary>
    public static ReadLimits Default { get; } = new(1 << 20, TimeSpan.FromSeconds(5));

    /// <summary>Whether a library reads the file after us: a pipe would be empty then, and is refused.</summary>
    public bool IsReadAgain { get; init; }
}
