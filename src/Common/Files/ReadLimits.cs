namespace Migrator.Files;

/// <summary>Limits of size and time for reading a file or a stream.</summary>
/// <param name="Bytes">The largest size, in bytes.</param>
/// <param name="Time">The longest time, including opening.</param>
internal sealed record ReadLimits(int Bytes, TimeSpan Time)
{
    /// <summary>Limits for a small file: a token, AWS profiles, a bundle of certificates.</summary>
    public static ReadLimits Default { get; } = new(1 << 20, TimeSpan.FromSeconds(5));

    /// <summary>Whether a library reads the file again afterwards. A pipe would be empty by then, so it is refused.</summary>
    public bool IsReadAgain { get; init; }
}
