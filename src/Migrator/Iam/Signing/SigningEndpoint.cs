using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Migrator.Configuration.Connection;

namespace Migrator.Iam.Signing;

/// <summary>The endpoint that a token is signed for.</summary>
/// <remarks>
/// RDS compares it with its own name, not with the name that was dialled. It refuses a token that is signed for an alias, a tunnel or an
/// address (RDS user guide, "Limitations for IAM database authentication").
/// </remarks>
/// <param name="Host">The host name.</param>
/// <param name="Port">The port.</param>
/// <param name="Rds">The parsed name; null if it is not the name of an RDS endpoint.</param>
/// <param name="Source">The source of the name, as text for messages.</param>
internal sealed record SigningEndpoint(string Host, int Port, RdsEndpoint? Rds, string Source)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    /// <summary>Whether the name was found by resolving the dialled name, which is an alias of it.</summary>
    public bool IsFollowed { get; private init; }

    /// <summary>Whether the name was given without a port, so that pg_port is assumed. Behind a tunnel the real port may differ.</summary>
    public bool IsPortAssumed { get; private init; }

    /// <summary>Finds the endpoint: <c>--iam-endpoint</c>, or pg_host, or the RDS name that pg_host is an alias of.</summary>
    public static async Task<SigningEndpoint> FindAsync(PostgresSettings settings, CancellationToken cancellationToken)
    {
        if (settings.Iam?.Endpoint is { } given)
        {
            var (host, port) = Split(given);
            return new SigningEndpoint(
                host, port ?? settings.Port, RdsEndpoint.TryParse(host), "--iam-endpoint")
            { IsPortAssumed = port is null };
        }

        var setting = settings.IsReadOnly ? "pg_ro_host" : "pg_host";
        if (RdsEndpoint.TryParse(settings.Host) is { } rds)
        {
            return new SigningEndpoint(rds.Host, settings.Port, rds, setting);
        }

        return await AliasedAsync(settings.Host, cancellationToken) is { } target
            ? new SigningEndpoint(target.Host, settings.Port, target, $"{setting} {settings.Host}, an alias of it") { IsFollowed = true }
            : new SigningEndpoint(RdsEndpoint.Plain(settings.Host), settings.Port, Rds: null, setting);
    }

    private static async Task<RdsEndpoint?> AliasedAsync(string host, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out _))
        {
            return null;
        }

        try
        {
            var entry = await Dns.GetHostEntryAsync(host, cancellationToken).WaitAsync(Limit, cancellationToken);
            return RdsEndpoint.TryParse(entry.HostName);
        }
        catch (Exception e) when (e is SocketException or TimeoutException or ArgumentException)
        {
            // If the name is wrong, connecting reports it.
            return null;
        }
    }

    private static (string Host, int? Port) Split(string given)
    {
        var colon = given.LastIndexOf(':');
        return colon > 0 && int.TryParse(given.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? (RdsEndpoint.Plain(given[..colon]), port)
            : (RdsEndpoint.Plain(given), null);
    }
}
