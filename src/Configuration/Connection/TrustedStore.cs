using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Migrator.Configuration.Bytes;
using Migrator.Configuration.Effective;
using Migrator.Configuration.Settings;
using Migrator.Files;

namespace Migrator.Configuration.Connection;

/// <summary>
/// Loads the trusted certificates, only if a server's certificate is verified. Kong: the whole list is one store; an empty one trusts no
/// server.
/// </summary>
internal static class TrustedStore
{
    /// <summary>Loads the certificates.</summary>
    public static IReadOnlyList<X509Certificate2> Load(EffectiveSettings settings, ConfigurationErrors errors)
    {
        var before = errors.Found.Count;
        var certificates = new X509Certificate2Collection();
        var items = settings.List(TrustedCertificates.Name);

        // An empty item was refused before.
        var accepted = items.Where(item => item.Length > 0).ToList();
        foreach (var item in accepted)
        {
            Add(certificates, item, errors);
        }

        if (certificates.Count == 0 && errors.Found.Count == before && accepted.Count == items.Count)
        {
            errors.Add(TrustedCertificates.Name,
                "holds no certificate, so no server can be verified. Write `system` and install the certificates of this machine "
                    + "(package ca-certificates), or name the file of the database's certificate authority.");
        }

        return [.. certificates];
    }

    private static void Add(X509Certificate2Collection certificates, string item, ConfigurationErrors errors)
    {
        var isFile = item.StartsWith('/');
        try
        {
            if (isFile)
            {
                certificates.ImportFromPem(PemFile.Read(item));
            }
            else if (item.Contains("-----BEGIN", StringComparison.Ordinal))
            {
                certificates.ImportFromPem(item);
            }
            else
            {
                certificates.Add(X509CertificateLoader.LoadCertificate(ByteText.Encode(item)));
            }
        }
        catch (Exception exception) when (exception is CryptographicException or MigratorException)
        {
            errors.Add(TrustedCertificates.Name, isFile
                ? $"names {item}, which cannot be read: {exception.Message.TrimEnd('.')}. Name a file of certificates in PEM."
                : "holds a certificate that cannot be read. Give it in PEM.");
        }
    }
}

/// <summary>Reads a PEM file of certificates or of a key, which a setting names.</summary>
internal static class PemFile
{
    // The bundle of Amazon RDS is 165 kB, that of a Linux distribution 220 kB.
    private static readonly ReadLimits Limits = new(8 << 20, TimeSpan.FromSeconds(5));

    /// <summary>Returns the text of the file.</summary>
    /// <exception cref="MigratorException">The file cannot be read; the message is only the reason.</exception>
    public static string Read(string path) =>
        BoundedFile.ReadText(path, Limits, reason => new MigratorException(reason, "Name a file in PEM.")
        { ExitCode = Errors.ExitCode.Usage });
}
