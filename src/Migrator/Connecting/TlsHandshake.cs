using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Migrator.Configuration.Connection;

namespace Migrator.Connecting;

/// <summary>
/// The TLS part of a login: what this side offers, and the check of the server before anything else is sent. It remembers what was wrong,
/// as the TLS library only says that the certificate was rejected.
/// </summary>
internal sealed class TlsHandshake(PostgresSettings settings)
{
    /// <summary>Why the server's certificate was rejected; null as long as it was not.</summary>
    public CertificateProblem? Problem { get; private set; }

    /// <summary>Sets the handshake up.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The client certificate and its key do not fit.</exception>
    public void Configure(SslClientAuthenticationOptions options)
    {
        options.EnabledSslProtocols = settings.Tls.Protocols;
        options.CertificateRevocationCheckMode = X509RevocationMode.NoCheck;
        options.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        options.CertificateChainPolicy.CustomTrustStore.AddRange(settings.Tls.Trusted.ToArray());
        options.RemoteCertificateValidationCallback = (_, presented, chain, _) =>
        {
            Problem = settings.Tls.Verify ? new ServerCertificate(settings).Examine(presented as X509Certificate2, chain) : null;
            return Problem is null;
        };

        // Npgsql would offer the one in ~/.postgresql.
        options.ClientCertificates = settings.Tls is { ClientCertificate: { } certificate, ClientKey: { } key }
            ? [X509Certificate2.CreateFromPem(certificate, key.Reveal())]
            : [];
    }
}
