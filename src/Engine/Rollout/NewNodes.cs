using System.Net;
using System.Net.Sockets;

namespace Migrator.Rollout;

/// <summary>The gateways of the new version, by a DNS name that has their addresses, such as a headless Service.</summary>
internal sealed class NewNodes
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private NewNodes(string name) => Name = name;

    /// <summary>The name, or one address.</summary>
    public string Name { get; }

    /// <summary>Reads the value of the option.</summary>
    /// <exception cref="MigratorException">It is not the name of a host. .NET resolves an empty name to this machine.</exception>
    public static NewNodes Parse(string name) => IsHost(name) ? new(name) : throw new MigratorException(
        $"--new-nodes takes the name of a host or an address, not '{name}'.",
        "Give one DNS name that has the addresses of the new gateways, without a port, such as that of a headless Service.")
    { ExitCode = ExitCode.Usage };

    private static bool IsHost(string name) => NodeAddress.Parse(name) is { } address
        ? address is not (NodeAddress.Local or "0.0.0.0" or "::")
        : Uri.CheckHostName(name) == UriHostNameType.Dns && !name.All(c => char.IsAsciiDigit(c) || c == '.');

    /// <summary>Looks the addresses up.</summary>
    /// <param name="cancellationToken">Ends the look-up.</param>
    /// <exception cref="MigratorException">The name cannot be resolved.</exception>
    public async Task<IReadOnlySet<string>> ResolveAsync(CancellationToken cancellationToken)
    {
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(Name, cancellationToken).WaitAsync(Limit, cancellationToken);
            return addresses.Length > 0 ? addresses.Select(NodeAddress.Of).ToHashSet(StringComparer.Ordinal)
                : throw new SocketException((int)SocketError.NoData);
        }
        catch (Exception e) when (e is SocketException or TimeoutException or ArgumentException)
        {
            throw new MigratorException(
                $"--new-nodes: the host name '{Name}' cannot be resolved ({e.Message.TrimEnd('.')}).",
                "The name is misspelt, or it has no address: a headless Service has the addresses of its ready pods.",
                $"Look the name up from here: getent ahosts {Name}")
            {
                ExitCode = ExitCode.Unreachable,
                IsTransient = true,
            };
        }
    }
}
