using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace TestSupport.Aws;

/// <summary>The front of an RDS instance, which checks tokens and passwords and passes sessions to a real server.</summary>
/// <remarks>
/// It implements the start-up of PostgreSQL's protocol over TLS (PostgreSQL 17, 53.2). It requires a token from members of rds_iam, and a
/// password from other users.
/// </remarks>
public sealed class RdsFront : IDisposable
{
    private const int SslRequest = 80877103;

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly int backend;
    private readonly TokenVerifier verifier;
    private readonly X509Certificate2 certificate;

    /// <summary>Starts the front.</summary>
    /// <param name="backend">The port of the real server.</param>
    /// <param name="verifier">Verifies tokens.</param>
    /// <param name="certificate">The server's certificate, with its key.</param>
    public RdsFront(int backend, TokenVerifier verifier, X509Certificate2 certificate)
    {
        (this.backend, this.verifier, this.certificate) = (backend, verifier, certificate);
        listener.Start(512);
        _ = AcceptAsync();
    }

    /// <summary>The port on 127.0.0.1.</summary>
    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>The members of rds_iam, each with the principals that may log in as that user; an empty list allows all.</summary>
    public ConcurrentDictionary<string, string[]> IamUsers { get; } = new(StringComparer.Ordinal);

    /// <summary>The other users, with their passwords.</summary>
    public ConcurrentDictionary<string, string> Passwords { get; } = new(StringComparer.Ordinal);

    /// <summary>The TLS versions that are offered; null for no TLS.</summary>
    public SslProtocols? Tls { get; set; } = SslProtocols.Tls12;

    /// <summary>Whether refusals have the wording of RDS Proxy.</summary>
    public bool IsProxy { get; set; }

    /// <summary>Whether every login is refused, as by an instance that throttles.</summary>
    public bool Throttles { get; set; }

    /// <summary>All logins: the time, user, token or password, and the true reason of a refusal.</summary>
    public ConcurrentQueue<(DateTimeOffset At, string User, string Password, string? Refusal)> Logins { get; } = [];

    /// <summary>The number of connections.</summary>
    public int Connections => connections;

    private int connections;

    /// <inheritdoc />
    public void Dispose()
    {
        stop.Cancel();
        listener.Stop();
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(stop.Token);
                Interlocked.Increment(ref connections);
                _ = ServeAsync(client, stop.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client, CancellationToken cancellationToken)
    {
        try
        {
            using var connection = client;
            client.NoDelay = true;
            Stream stream = client.GetStream();
            var startup = await ReadAsync(stream, cancellationToken);
            if (BinaryPrimitives.ReadInt32BigEndian(startup) == SslRequest)
            {
                await stream.WriteAsync(Tls is null ? "N"u8.ToArray() : "S"u8.ToArray(), cancellationToken);
                if (Tls is null)
                {
                    return;
                }

                var tls = new SslStream(stream);
                await tls.AuthenticateAsServerAsync(
                    new SslServerAuthenticationOptions { ServerCertificate = certificate, EnabledSslProtocols = Tls.Value },
                    cancellationToken);
                stream = tls;
                startup = await ReadAsync(stream, cancellationToken);
            }

            await using (stream)
            {
                if (await LogInAsync(stream, startup, cancellationToken) is { } refusal)
                {
                    await stream.WriteAsync(refusal, cancellationToken);
                    return;
                }

                await HandOverAsync(stream, startup, cancellationToken);
            }
        }
        catch (Exception e) when (
            e is IOException or OperationCanceledException or ObjectDisposedException or AuthenticationException or SocketException)
        {
            // The client closed the connection, or does not trust the certificate.
        }
    }

    /// <summary>Checks a login: null accepts the user, otherwise the error to send.</summary>
    private async Task<byte[]?> LogInAsync(Stream stream, byte[] startup, CancellationToken cancellationToken)
    {
        var words = Encoding.UTF8.GetString(startup, 4, startup.Length - 4).Split('\0');
        var user = words[Array.IndexOf(words, "user") + 1];
        if (IamUsers.ContainsKey(user) && stream is not SslStream)
        {
            return Error("28000", $"pg_hba.conf rejects connection for host \"127.0.0.1\", user \"{user}\", database \"d\", no encryption");
        }

        await stream.WriteAsync(Message('R', [0, 0, 0, 3]), cancellationToken);
        var kind = new byte[1];
        await stream.ReadExactlyAsync(kind, cancellationToken);
        var password = Encoding.UTF8.GetString(await ReadAsync(stream, cancellationToken)).TrimEnd('\0');
        var refusal = Refusal(user, password);
        Logins.Enqueue((DateTimeOffset.UtcNow, user, password, refusal));
        return refusal is null ? null
            : !IamUsers.ContainsKey(user) ? Error("28P01", $"password authentication failed for user \"{user}\"")
            : Error("28000", IsProxy ? $"The IAM authentication failed for the role {user}. Check the IAM token for this role and try "
                + "again." : $"PAM authentication failed for user \"{user}\"");
    }

    private string? Refusal(string user, string password)
    {
        if (!IamUsers.TryGetValue(user, out var allowed))
        {
            return Passwords.TryGetValue(user, out var right) && right == password ? null : "wrong password";
        }

        var (identity, refusal) = verifier.Verify(password, user);
        return refusal is not null ? refusal
            : Throttles ? "throttled"
            : allowed.Length > 0 && !allowed.Contains(identity!.Principal, StringComparer.Ordinal) ? "no policy"
            : null;
    }

    private async Task HandOverAsync(Stream stream, byte[] startup, CancellationToken cancellationToken)
    {
        using var server = new TcpClient { NoDelay = true };
        await server.ConnectAsync(IPAddress.Loopback, backend, cancellationToken);
        await using var behind = server.GetStream();
        await behind.WriteAsync(Prefixed(startup), cancellationToken);
        await Task.WhenAny(stream.CopyToAsync(behind, cancellationToken), behind.CopyToAsync(stream, cancellationToken));
    }

    private static async Task<byte[]> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var length = new byte[4];
        await stream.ReadExactlyAsync(length, cancellationToken);
        var body = new byte[BinaryPrimitives.ReadInt32BigEndian(length) - 4];
        await stream.ReadExactlyAsync(body, cancellationToken);
        return body;
    }

    private static byte[] Error(string code, string message) =>
        Message('E', Encoding.UTF8.GetBytes($"SFATAL\0VFATAL\0C{code}\0M{message}\0Fauth.c\0Rauth_failed\0\0"));

    private static byte[] Message(char type, byte[] body) => [(byte)type, .. Prefixed(body)];

    private static byte[] Prefixed(byte[] body)
    {
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, body.Length + 4);
        return [.. length, .. body];
    }
}
