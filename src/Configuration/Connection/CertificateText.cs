using System.Security.Cryptography.X509Certificates;

namespace Migrator.Configuration.Connection;

/// <summary>What is wrong with a certificate, as text for messages.</summary>
internal static class CertificateText
{
    // A certificate of a large service has a hundred names.
    private const int MaxNames = 20;

    /// <summary>The names that the certificate is for, and the one that it should be for.</summary>
    public static string Names(X509Certificate2 certificate, string host)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(n => n.EnumerateDnsNames().Concat(n.EnumerateIPAddresses().Select(a => a.ToString())))
            .DefaultIfEmpty(certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false)).ToList();
        return $"it is for {string.Join(", ", names.Take(MaxNames))}{(names.Count > MaxNames ? " and others" : "")}, not for {host}";
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

/// <summary>The reason why a server's certificate is not trusted.</summary>
/// <param name="Cause">The reason; completes the sentence "The certificate is not trusted: …".</param>
/// <param name="Remedy">What to do about it.</param>
internal sealed record CertificateDiagnostic(string Cause, string Remedy);
