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

    /// <summary>
    /// The endpoint that has the region in its name: the name itself, or for a global database the cluster that it is an alias of; null if
    /// it is not known.
    /// </summary>
    public RdsEndpoint? Regional { get; private init; } = Rds is { Region: not null } ? Rds : null;

    /// <summary>The endpoint whose server takes the token, in commands for the operator; null if it is not known.</summary>
    public RdsEndpoint? Server => Regional ?? Rds;

    /// <summary>Why the aliases of the name are not known for certain, without a full stop; null if they are, or are not needed.</summary>
    public string? Failure { get; private init; }

    /// <summary>Whether neither DNS nor the system can resolve the name now.</summary>
    public bool IsUnresolved { get; private init; }

    /// <summary>Finds the endpoint: <c>--iam-endpoint</c>, or pg_host, or the RDS name that pg_host is an alias of.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="resolver">Follows aliases.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <exception cref="MigratorException">A token cannot be signed for such a name.</exception>
    public static async Task<SigningEndpoint> FindAsync(
        PostgresSettings settings, AliasResolver resolver, CancellationToken cancellationToken)
    {
        var setting = settings.IsReadOnly ? "pg_ro_host" : "pg_host";
        if (settings.Iam?.Endpoint is { } given)
        {
            return await WithRegionAsync(
                new SigningEndpoint(given.Host, given.Port ?? settings.Port, RdsEndpoint.TryParse(given.Host), "--iam-endpoint")
                { IsPortAssumed = given.Port is null },
                resolver, cancellationToken);
        }

        RequireSignable(settings.Host, setting);
        if (RdsEndpoint.TryParse(settings.Host) is { } rds)
        {
            return await WithRegionAsync(new SigningEndpoint(rds.Host, settings.Port, rds, setting), resolver, cancellationToken);
        }

        var (names, failure, isUnresolved) = await NamesAsync(settings.Host, resolver, cancellationToken);
        var endpoint = FirstRds(names, _ => true) is { } target
            ? new SigningEndpoint(target.Host, settings.Port, target, $"{setting} {settings.Host}, an alias of it") { IsFollowed = true }
            : new SigningEndpoint(RdsEndpoint.Plain(settings.Host), settings.Port, Rds: null, setting);
        return endpoint with { Regional = FirstRds(names, r => r.Region is not null), Failure = failure, IsUnresolved = isUnresolved };
    }

    private static async Task<SigningEndpoint> WithRegionAsync(
        SigningEndpoint endpoint, AliasResolver resolver, CancellationToken cancellationToken)
    {
        if (endpoint.Rds is not { Region: null })
        {
            return endpoint;
        }

        var (names, failure, isUnresolved) = await NamesAsync(endpoint.Host, resolver, cancellationToken);
        return FirstRds(names, r => r.Region is not null) is { } cluster ? endpoint with { Regional = cluster }
            : endpoint with { Failure = failure ?? "DNS has no cluster for it", IsUnresolved = isUnresolved };
    }

    private static RdsEndpoint? FirstRds(IEnumerable<string> names, Func<RdsEndpoint, bool> fits) =>
        names.Select(RdsEndpoint.TryParse).OfType<RdsEndpoint>().FirstOrDefault(fits);

    private static async Task<(IReadOnlyList<string> Names, string? Failure, bool IsUnresolved)> NamesAsync(
        string host, AliasResolver resolver, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out _))
        {
            return ([], null, false);
        }

        var chain = await resolver.FollowAsync(host, cancellationToken);
        if (chain.Names.Count > 0)
        {
            return (chain.Names, null, false);
        }

        // The hosts file or another service of the system may have the name: its canonical name is the last one of the chain.
        try
        {
            var entry = await Dns.GetHostEntryAsync(host, cancellationToken).WaitAsync(Limit, cancellationToken);
            return ([entry.HostName], chain.Failure, false);
        }
        catch (Exception e) when (e is SocketException or TimeoutException or ArgumentException)
        {
            return ([], chain.Failure ?? e.Message.TrimEnd('.'), true);
        }
    }

    private static void RequireSignable(string host, string setting)
    {
        if (Uri.CheckHostName(RdsEndpoint.Plain(host)) == UriHostNameType.Unknown)
        {
            throw new MigratorException(
                $"{setting} is '{host}', and a token cannot be signed for that: it is not a host name.",
                "Name the RDS endpoint in it, or with --iam-endpoint HOST[:PORT].")
            { ExitCode = Errors.ExitCode.Usage };
        }
    }
}
