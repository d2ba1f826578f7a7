using System.Buffers.Binary;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Migrator.Configuration.Connection;

namespace Migrator.Connecting;

/// <summary>
/// Performs the TLS handshake of a login (PostgreSQL 17, 53.2.10) without logging in, and reports what was negotiated.
/// </summary>
internal static class TlsProbe
{
    private const int SslRequest = 80877103;

    /// <summary>Performs the handshake.</summary>
    /// <param name="stream">A new connection to the server.</param>
    /// <param name="settings">The settings, with the trusted certificates.</param>
    /// <param name="limit">How long the handshake may take.</param>
    /// <param name="cancellationToken">Cancels the handshake.</param>
    /// <exception cref="Errors.MigratorException">The server does not speak TLS, or is not trusted.</exception>
    public static async Task<TlsFacts> RunAsync(
        NetworkStream stream, PostgresSettings settings, TimeSpan limit, CancellationToken cancellationToken)
    {
        var handshake = new TlsHandshake(settings);
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        time.CancelAfter(limit);
        try
        {
            var request = new byte[8];
            BinaryPrimitives.WriteInt32BigEndian(request, request.Length);
            BinaryPrimitives.WriteInt32BigEndian(request.AsSpan(4), SslRequest);
            await stream.WriteAsync(request, time.Token);
            await stream.ReadExactlyAsync(request.AsMemory(0, 1), time.Token);
            if (request[0] != (byte)'S')
            {
                throw new NpgsqlException("SSL connection requested. No SSL enabled connection from this host is configured.");
            }

            await using var tls = new SslStream(stream);
            var options = new SslClientAuthenticationOptions { TargetHost = settings.Host };
            handshake.Configure(options);
            await HandshakeAsync(tls, options, time.Token);
            using var certificate = new X509Certificate2(tls.RemoteCertificate!);
            return new TlsFacts(tls.SslProtocol, certificate.Subject, certificate.Issuer, certificate.NotAfter.ToUniversalTime(),
                settings.Tls.Verify);
        }
        catch (Exception e) when (
            e is IOException or NpgsqlException or AuthenticationException or OperationCanceledException
            && !cancellationToken.IsCancellationRequested)
        {
            throw ConnectionDiagnosis.Explain(e, settings, handshake.Diagnostic, accepts: true);
        }
    }

    private static async Task HandshakeAsync(SslStream tls, SslClientAuthenticationOptions options, CancellationToken cancellationToken)
    {
        // Throws Npgsql's message: ConnectionDiagnosis recognizes a failed handshake by it.
        try
        {
            await tls.AuthenticateAsClientAsync(options, cancellationToken);
        }
        catch (IOException e)
        {
            throw new NpgsqlException("Exception while performing SSL handshake", e);
        }
    }
}

/// <summary>What a TLS handshake negotiated.</summary>
internal sealed record TlsFacts(SslProtocols Protocol, string Subject, string Issuer, DateTime NotAfter, bool IsVerified)
{
    /// <inheritdoc />
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Protocol}, '{Subject}' issued by '{Issuer}', until {NotAfter:u}, {Verified}");

    private string Verified => IsVerified ? "chain, name and dates checked" : "NOT checked (pg_ssl_verify = off)";
}
