using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Migrator.Configuration.Connection;

/// <summary>Whether and how the connection is encrypted. There is no fallback to plain text.</summary>
internal sealed record TlsSettings
{
    /// <summary>No TLS.</summary>
    public static readonly TlsSettings Off = new() { Enabled = false, Verify = false };

    /// <summary>Whether to encrypt. If so, a connection that cannot be encrypted fails.</summary>
    public required bool Enabled { get; init; }

    /// <summary>Whether to verify the server's certificate: its chain against <see cref="Trusted"/>, and its dates.</summary>
    public required bool Verify { get; init; }

    /// <summary>With <see cref="Verify"/>: whether to check the host name too, which Kong does not.</summary>
    public bool VerifyHost { get; init; } = true;

    /// <summary>
    /// Another name that the certificate may be for; null for none. It is the server's own name if the host is an alias or a tunnel.
    /// </summary>
    public string? ServerName { get; init; }

    /// <summary>The trusted certificates, read from <c>lua_ssl_trusted_certificate</c>.</summary>
    public IReadOnlyList<X509Certificate2> Trusted { get; init; } = [];

    /// <summary>The source of <see cref="Trusted"/>, for messages.</summary>
    public string TrustedSource { get; init; } = "lua_ssl_trusted_certificate";

    /// <summary>How many certificates may be between the server's and a trusted one. Kong: <c>lua_ssl_verify_depth</c>.</summary>
    public int VerifyDepth { get; init; } = 1;

    /// <summary>The protocols that <c>pg_ssl_version</c> allows; <c>None</c> means the choice of the system, 1.2 and 1.3.</summary>
    public SslProtocols Protocols { get; init; } = SslProtocols.None;

    /// <summary>The PEM file of the client certificate (<c>pg_ssl_cert</c>); null if there is none.</summary>
    public string? ClientCertificateFile { get; init; }

    /// <summary>The PEM file of the key of the client certificate (<c>pg_ssl_cert_key</c>).</summary>
    public string? ClientKeyFile { get; init; }

    /// <summary>The content of <see cref="ClientCertificateFile"/>.</summary>
    public string? ClientCertificate { get; init; }

    /// <summary>The content of <see cref="ClientKeyFile"/>.</summary>
    public Secret? ClientKey { get; init; }
}
