using System.Runtime.InteropServices;

namespace Migrator.Configuration.Connection;

/// <summary>
/// The system's OpenSSL library, which .NET loads when TLS is first used (learn.microsoft.com, "Cross-platform cryptography"). If it is
/// missing, .NET ends the process without an exception, so migrator looks for it first.
/// </summary>
internal static class OpenSsl
{
    private static readonly string[] Names = ["libssl.so.3", "libssl.so.1.1", "libssl.so"];

    /// <summary>Requires the library if TLS is on.</summary>
    /// <exception cref="MigratorException">The library is missing; no server has been contacted.</exception>
    public static void RequireFor(TlsSettings tls)
    {
        if (tls.Enabled)
        {
            SystemCertificates.Hide();
        }

        // .NET looks for the user's certificates below HOME, which may be unset in a container (random UID, no passwd entry).
        if (tls.Enabled && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("HOME")))
        {
            Environment.SetEnvironmentVariable("HOME", Path.GetTempPath());
        }

        if (tls.Enabled && OperatingSystem.IsLinux() && !Array.Exists(Names, name => NativeLibrary.TryLoad(name, out _)))
        {
            throw new MigratorException(
                "TLS is on (pg_ssl), but no OpenSSL library was found.",
                "migrator uses the system's libssl (3, or 1.1), which small images often leave out.",
                "Install it (Debian and Ubuntu: apt-get install libssl3; Alpine: apk add libssl3), or use an image that has it.")
            { ExitCode = Errors.ExitCode.Usage };
        }
    }
}
