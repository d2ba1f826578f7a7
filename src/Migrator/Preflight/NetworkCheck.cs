using System.Net;
using System.Net.Sockets;
using Migrator.Configuration.Connection;
using Migrator.Connecting;

namespace Migrator.Preflight;

/// <summary>Checks the network path to the server, without a login: name resolution, TCP and TLS.</summary>
internal sealed class NetworkCheck(PostgresSettings settings, Checklist list)
{
    private TimeSpan Limit => settings.ConnectTimeout > TimeSpan.Zero ? settings.ConnectTimeout : TimeSpan.FromSeconds(60);

    /// <summary>Runs the checks.</summary>
    /// <returns>Whether a login can be attempted.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        if (UnixSocket.TryParse(settings.Host) is not null)
        {
            list.Met("network", $"{settings.Host} is a Unix socket");
            return true;
        }

        var addresses = await list.TryAsync("name resolves", () => ResolveAsync(cancellationToken), a => $"{settings.Host} is "
            + $"{string.Join(", ", a.Select(x => x.ToString()))}");
        if (addresses is null)
        {
            return false;
        }

        using var client = await list
            .TryAsync("TCP", () => ConnectAsync(addresses, cancellationToken), _ => $"port {settings.Port} answers");
        if (client is null)
        {
            return false;
        }

        if (!settings.Tls.Enabled)
        {
            list.Met("TLS", "off (pg_ssl = off): the connection is in plain text");
            return true;
        }

        return await list.TryAsync(
            "TLS", () => TlsProbe.RunAsync(client.GetStream(), settings, Limit, cancellationToken), t => t.ToString()) is not null;
    }

    private async Task<IPAddress[]> ResolveAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await Dns.GetHostAddressesAsync(settings.Host, cancellationToken).WaitAsync(Limit, cancellationToken);
        }
        catch (Exception e) when (e is SocketException or TimeoutException)
        {
            throw new MigratorException(
                $"The host name '{settings.Host}' cannot be resolved ({e.Message}).", $"getent hosts {settings.Host}");
        }
    }

    private async Task<TcpClient> ConnectAsync(IPAddress[] addresses, CancellationToken cancellationToken)
    {
        var client = new TcpClient();
        try
        {
            await client.ConnectAsync(addresses, settings.Port, cancellationToken).AsTask().WaitAsync(Limit, cancellationToken);
            return client;
        }
        catch (Exception e) when (e is SocketException or TimeoutException)
        {
            client.Dispose();
            throw ConnectionDiagnosis.Explain(e, settings, certificate: null);
        }
    }
}
