using Migrator.Errors;
using Migrator.Files;

namespace Migrator.Configuration.Connection;

/// <summary>A file of certificates or of a key, which a setting names.</summary>
internal static class PemFile
{
    // The bundle of Amazon RDS has 165 kB, that of a Linux distribution 220 kB.
    private static readonly ReadLimits Limits = new(8 << 20, TimeSpan.FromSeconds(5));

    /// <summary>The text of the file.</summary>
    /// <exception cref="MigratorException">It cannot be read; the message is the reason alone.</exception>
    public static string Read(string path) =>
        BoundedFile.ReadText(path, Limits, reason => new MigratorException(reason, cause: null, "Name a file in PEM."));
}
