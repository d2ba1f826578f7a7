using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace TestSupport.Aws;

/// <summary>A small HTTP or HTTPS server on a free loopback port. It handles one request per connection.</summary>
public sealed class HttpServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Func<HttpCall, HttpReply?> answer;
    private readonly X509Certificate2? certificate;

    /// <summary>Starts the server.</summary>
    /// <param name="answer">Answers a request; null sends nothing.</param>
    /// <param name="certificate">The certificate with its key, for HTTPS; null for HTTP.</param>
    public HttpServer(Func<HttpCall, HttpReply?> answer, X509Certificate2? certificate = null)
    {
        (this.answer, this.certificate) = (answer, certificate);
        listener.Start();
        Url = string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"http{(certificate is null ? "" : "s")}://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
        _ = AcceptAsync();
    }

    /// <summary>The URL of the server, without a path.</summary>
    public string Url { get; }

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
                _ = ServeAsync(await listener.AcceptTcpClientAsync(stop.Token), stop.Token);
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
            await using Stream stream = certificate is null ? client.GetStream() : new SslStream(client.GetStream());
            if (stream is SslStream tls)
            {
                await tls.AuthenticateAsServerAsync(
                    new SslServerAuthenticationOptions { ServerCertificate = certificate }, cancellationToken);
            }

            if (await HttpCall.ReadAsync(stream, cancellationToken) is not { } call)
            {
                return;
            }

            if (answer(call) is not { } reply)
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
                return;
            }

            if (reply.Raw is { } raw)
            {
                await stream.WriteAsync(raw, cancellationToken);
                while (reply.Drips)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
                    await stream.WriteAsync("x"u8.ToArray(), cancellationToken);
                }

                return;
            }

            var body = Encoding.UTF8.GetBytes(reply.Body);
            var head = string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"HTTP/1.1 {reply.Status} X\r\nContent-Type: {reply.Type}\r\nContent-Length: {body.Length}\r\nConnection: "
                    + $"close\r\n{(reply.Date is { } date ? $"Date: {date:R}\r\n" : "")}\r\n");
            await stream.WriteAsync(Encoding.ASCII.GetBytes(head).Concat(body).ToArray(), cancellationToken);
        }
        catch (Exception e) when (
            e is IOException or OperationCanceledException or ObjectDisposedException
            or System.Security.Authentication.AuthenticationException)
        {
            // The client closed the connection, or does not trust the certificate.
        }
    }
}

/// <summary>An HTTP response.</summary>
public sealed record HttpReply(int Status, string Body, string Type = "application/json", DateTimeOffset? Date = null)
{
    /// <summary>The complete bytes to send instead, including the head; null for a normal response.</summary>
    public byte[]? Raw { get; init; }

    /// <summary>Whether single bytes follow at intervals, without end.</summary>
    public bool Drips { get; init; }
}

/// <summary>An HTTP request.</summary>
public sealed record HttpCall(string Method, string Target, IReadOnlyDictionary<string, string> Headers, string Body)
{
    /// <summary>The target without its query.</summary>
    public string Path => Target.Split('?')[0];

    /// <summary>The value of a header; null if it is missing.</summary>
    public string? Header(string name) => Headers.GetValueOrDefault(name);

    /// <summary>The fields of a form.</summary>
    public IReadOnlyDictionary<string, string> Form => Body.Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(f => f.Split('=', 2)).ToDictionary(f => f[0], f => WebUtility.UrlDecode(f[1]), StringComparer.Ordinal);

    /// <summary>Reads a request; null if the client has closed the connection.</summary>
    public static async Task<HttpCall?> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var bytes = new List<byte>();
        var one = new byte[1];
        while (bytes.Count < 4 || !bytes.TakeLast(4).SequenceEqual("\r\n\r\n"u8.ToArray()))
        {
            if (await stream.ReadAsync(one, cancellationToken) == 0)
            {
                return null;
            }

            bytes.Add(one[0]);
        }

        var lines = Encoding.Latin1.GetString([.. bytes]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = lines[1..].Select(l => l.Split(':', 2))
            .ToDictionary(h => h[0].Trim(), h => h[1].Trim(), StringComparer.OrdinalIgnoreCase);
        var body = new byte[headers.TryGetValue("Content-Length", out var length)
            ? int.Parse(length, System.Globalization.CultureInfo.InvariantCulture) : 0];
        await stream.ReadExactlyAsync(body, cancellationToken);
        var words = lines[0].Split(' ');
        return new HttpCall(words[0], words[1], headers, Encoding.UTF8.GetString(body));
    }
}
