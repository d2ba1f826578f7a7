using System.Security.Cryptography.X509Certificates;
using Migrator.Configuration.Connection;

namespace Migrator.Connecting;

/// <summary>Checks a server's certificate, and explains what is wrong with it.</summary>
internal sealed class ServerCertificate(PostgresSettings settings)
{
    /// <summary>Checks the certificate that the server sent.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="chain">Its chain, built with <see cref="TlsSettings.Trusted"/> as the only roots.</param>
    /// <returns>The diagnostic; null if the certificate is trusted.</returns>
    public CertificateDiagnostic? Examine(X509Certificate2? certificate, X509Chain? chain)
    {
        if (certificate is null || chain is null)
        {
            return new CertificateDiagnostic("the server sent none", "Give the server a certificate (PostgreSQL: ssl_cert_file).");
        }

        if (CertificateText.Dates(chain) is { } dates)
        {
            return new CertificateDiagnostic(dates, "Renew that certificate, or set this machine's clock.");
        }

        var status = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status);
        if (status.HasFlag(X509ChainStatusFlags.PartialChain) || status.HasFlag(X509ChainStatusFlags.UntrustedRoot))
        {
            return new CertificateDiagnostic(
                $"'{certificate.Subject}' was issued by '{Top(chain).Issuer}', which is not among the {settings.Tls.Trusted.Count} "
                    + "trusted certificates",
                IsRdsProxy(settings.Host) || IsRdsProxy(settings.Tls.ServerName ?? "")
                    ? "An RDS Proxy has a certificate of Amazon's public CA, which the RDS bundle does not have. Add the system's "
                        + "certificates: lua_ssl_trusted_certificate = system,/path/global-bundle.pem"
                    : $"Put the root certificate of that issuer into a PEM file and name it in {settings.Tls.TrustedSource} (for Amazon "
                        + "RDS: curl -O https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem).");
        }

        if (status != X509ChainStatusFlags.NoError)
        {
            return new CertificateDiagnostic($"'{certificate.Subject}': {status}", "Have the server's certificate issued again.");
        }

        // The intermediate certificates, which Kong (nginx) counts the same way.
        if (chain.ChainElements.Count - 2 > settings.Tls.VerifyDepth)
        {
            return new CertificateDiagnostic(
                $"{chain.ChainElements.Count - 2} certificates stand between '{certificate.Subject}' and its root, and "
                    + $"{settings.Tls.VerifyDepth} are allowed",
                $"Write lua_ssl_verify_depth = {chain.ChainElements.Count - 2}.");
        }

        return settings.Tls.VerifyHost && !IsFor(certificate, settings.Host) && !IsFor(certificate, settings.Tls.ServerName)
            ? new CertificateDiagnostic(
                CertificateText.Names(certificate, settings.Host),
                "Write one of those names into pg_host, or give --ssl-verify-host off for a check of the chain alone, which is Kong's."
                + (settings.Iam is null ? ""
                    : " Behind an alias or a tunnel: give the RDS endpoint's own name with --iam-endpoint HOST[:PORT]."))
            : null;
    }

    // RDS user guide, "Using TLS/SSL with RDS Proxy": its certificates are from AWS Certificate Manager.
    private static bool IsRdsProxy(string host) =>
        host.Contains(".proxy-", StringComparison.OrdinalIgnoreCase) && host.Contains(".rds.", StringComparison.OrdinalIgnoreCase);

    private static bool IsFor(X509Certificate2 certificate, string? host) => host is not null && certificate.MatchesHostname(host);

    private static X509Certificate2 Top(X509Chain chain) => chain.ChainElements[^1].Certificate;
}
