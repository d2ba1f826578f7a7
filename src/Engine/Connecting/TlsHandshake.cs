using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Migrator.Configuration.Connection;

namespace Migrator.Connecting;

/// <summary>The TLS handshake of a login: its options, and the check of the server's certificate.</summary>
/// <remarks>It keeps the reason of a rejection: the TLS library only reports that the certificate was rejected.</remarks>
internal sealed class TlsHandshake(PostgresSettings settings)
{
    /// <summary>Why the server's certificate was rejected; null if it was not.</summary>
    public CertificateDiagnostic? Diagnostic { get; private set; }

    /// <summary>Sets the options of the handshake.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The client certificate and its key do not match.</exception>
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
            Diagnostic = settings.Tls.Verify ? new ServerCertificate(settings).Examine(presented as X509Certificate2, chain) : null;
            return Diagnostic is null;
        };

        // Set even if empty: otherwise Npgsql offers the certificate in ~/.postgresql.
        options.ClientCertificates = settings.Tls is { ClientCertificate: { } certificate, ClientKey: { } key }
            ? [X509Certificate2.CreateFromPem(certificate, key.Reveal())]
            : [];
    }
}
