using System.Net.Security;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Migrator.Configuration.Files;
using Migrator.Files;

namespace Migrator.Configuration.Connection;

/// <summary>The certificates that this machine trusts.</summary>
/// <remarks>
/// A database's certificate is verified with those of <c>lua_ssl_trusted_certificate</c> alone. Even then .NET opens and parses every file
/// of /etc/ssl/certs, about 280, before it builds a chain; that takes 50 ms and 4 MB. So the folder is hidden from .NET, and the endpoints
/// of AWS are verified with the one file that has the same certificates, which is read only if they are called over HTTPS.
/// </remarks>
internal static class SystemCertificates
{
    private const string Folders = "SSL_CERT_DIR";
    private const string Bundle = "SSL_CERT_FILE";
    private const int MaxFiles = 1000;
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    // The bundle of a distribution is 220 kB.
    private static readonly ReadLimits Limits = new(8 << 20, TimeSpan.FromSeconds(5));

    /// <summary>Hides the folder from .NET, in this process only. Call it before the first use of TLS.</summary>
    public static void Hide()
    {
        if (OperatingSystem.IsLinux() && Files().Any())
        {
            try
            {
                // .NET has variables of its own, which child processes get; its native code reads those of the C library.
                _ = SetVariable(Zero(Folders), Zero("/dev/null"), 1);
                _ = SetVariable(Zero(Bundle), Zero("/dev/null"), 1);
            }
            catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
            {
                // Another C library: .NET reads the folder, which takes longer.
            }
        }
    }

    /// <summary>Returns the TLS options for a client that verifies servers with the certificates of this machine.</summary>
    public static SslClientAuthenticationOptions Options() =>
        new() { RemoteCertificateValidationCallback = (_, certificate, chain, errors) => IsTrusted(certificate, chain, errors) };

    /// <summary>
    /// The files with the certificates: the one of a distribution, or what the variables of OpenSSL name. A folder is read only where a
    /// variable names one.
    /// </summary>
    private static IEnumerable<string> Files()
    {
        var bundle = Environment.GetEnvironmentVariable(Bundle) is { Length: > 0 } chosen ? chosen
            : ConfigurationRequest.UsualBundles.FirstOrDefault(File.Exists);
        var folders = (Environment.GetEnvironmentVariable(Folders) ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        return (bundle is null || !File.Exists(bundle) ? [] : new[] { bundle }).Concat(folders.Where(Directory.Exists).SelectMany(In));
    }

    private static IEnumerable<string> In(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFiles(folder).Take(MaxFiles)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static bool IsTrusted(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors is SslPolicyErrors.None)
        {
            return true;
        }

        if (errors is not SslPolicyErrors.RemoteCertificateChainErrors || certificate is not X509Certificate2 server || chain is null)
        {
            return false;
        }

        using var own = new X509Chain
        {
            ChainPolicy =
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
                ApplicationPolicy = { new Oid(ServerAuthentication) },
            },
        };
        own.ChainPolicy.ExtraStore.AddRange(chain.ChainPolicy.ExtraStore);
        foreach (var file in Files())
        {
            Add(own.ChainPolicy.CustomTrustStore, file);
        }

        return own.Build(server);
    }

    // A folder has links and other files too; what cannot be read is not trusted.
    private static void Add(X509Certificate2Collection trusted, string file)
    {
        try
        {
            trusted.ImportFromPem(BoundedFile.ReadText(file, Limits, reason => new MigratorException(reason, remedy: "")));
        }
        catch (Exception e) when (e is CryptographicException or MigratorException)
        {
        }
    }

    private static byte[] Zero(string text) => [.. text.Select(c => (byte)c), 0];

#pragma warning disable SYSLIB1054 // Generated code would need unsafe blocks, which the project does not allow.
    [DllImport("libc", EntryPoint = "setenv", ExactSpelling = true)]
    private static extern int SetVariable(byte[] name, byte[] value, int overwrite);
#pragma warning restore SYSLIB1054
}
