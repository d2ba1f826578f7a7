using System.Security.Cryptography.X509Certificates;

namespace Migrator.Configuration.Connection;

/// <summary>What is wrong with a certificate, as text for messages.</summary>
internal static class CertificateText
{
    /// <summary>The names that the certificate is for, and the one that it should be for.</summary>
    public static string Names(X509Certificate2 certificate, string host)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(n => n.EnumerateDnsNames().Concat(n.EnumerateIPAddresses().Select(a => a.ToString())))
            .DefaultIfEmpty(certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false));
        return $"it is for {string.Join(", ", names)}, not for {host}";
    }

    /// <summary>The dates of the certificate in a chain that is not valid now; null if there is none.</summary>
    public static string? Dates(X509Chain chain)
    {
        foreach (var element in chain.ChainElements)
        {
            foreach (var status in element.ChainElementStatus)
            {
                if (status.Status.HasFlag(X509ChainStatusFlags.NotTimeValid))
                {
                    var outdated = element.Certificate;
                    return $"'{outdated.Subject}' is valid from {outdated.NotBefore.ToUniversalTime():u} to "
                        + $"{outdated.NotAfter.ToUniversalTime():u}";
                }
            }
        }

        return null;
    }
}
