using System.Buffers.Binary;
using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Migrator.Configuration.Connection;
using Npgsql;

namespace Migrator.Connecting;

/// <summary>
/// Speaks TLS with the server as a login would (PostgreSQL manual, 55.2.10), and no further: for a look at what was agreed on.
/// </summary>
internal static class TlsProbe
{
    private const int SslRequest = 80877103;

    /// <summary>Shakes hands.</summary>
    /// <param name="stream">A fresh connection to the server.</param>
    /// <param name="settings">The settings; they say what is trusted.</param>
    /// <param name="limit">How long it may take.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="Errors.MigratorException">There is no TLS, or the server is not to be trusted.</exception>
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
            await AgreeAsync(tls, options, time.Token);
            using var certificate = new X509Certificate2(tls.RemoteCertificate!);
            return new TlsFacts(tls.SslProtocol, certificate.Subject, certificate.Issuer, certificate.NotAfter.ToUniversalTime(),
                settings.Tls.Verify);
        }
        catch (Exception e) when (
            e is IOException or NpgsqlException or AuthenticationException or OperationCanceledException
            && !cancellationToken.IsCancellationRequested)
        {
            throw ConnectionDiagnosis.Explain(e, settings, handshake.Problem);
        }
    }

    // In Npgsql's words, by which the diagnosis knows in what moment the connection ended.
    private static async Task AgreeAsync(SslStream tls, SslClientAuthenticationOptions options, CancellationToken cancellationToken)
    {
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

/// <summary>What was agreed on.</summary>
internal sealed record TlsFacts(SslProtocols Protocol, string Subject, string Issuer, DateTime NotAfter, bool IsVerified)
{
    /// <inheritdoc />
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Protocol}, '{Subject}' issued by '{Issuer}', until {NotAfter:u}, {Verified}");

    private string Verified => IsVerified ? "chain, name and dates checked" : "NOT checked (pg_ssl_verify = off)";
}
