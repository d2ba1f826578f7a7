using System.Net;
using System.Net.Sockets;
using Migrator.Errors;

namespace Migrator.Rollout;

/// <summary>The gateways of the new version, by a DNS name that has their addresses, such as a headless Service.</summary>
/// <param name="Name">The name.</param>
internal sealed record NewNodes(string Name)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>Looks the addresses up.</summary>
    /// <param name="cancellationToken">Ends the look-up.</param>
    /// <exception cref="MigratorException">The name cannot be resolved.</exception>
    public async Task<IReadOnlySet<IPAddress>> ResolveAsync(CancellationToken cancellationToken)
    {
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(Name, cancellationToken).WaitAsync(Limit, cancellationToken);
            return addresses.Select(a => a.IsIPv4MappedToIPv6 ? a.MapToIPv4() : a).ToHashSet();
        }
        catch (Exception e) when (e is SocketException or TimeoutException or ArgumentException)
        {
            throw new MigratorException(
                $"--new-nodes: the host name '{Name}' cannot be resolved ({e.Message.TrimEnd('.')}).",
                "The name is misspelt, or it has no address: a headless Service has the addresses of its ready pods.",
                $"Look the name up from here: getent ahosts {Name}")
            {
                ExitCode = ExitCode.Unreachable,
            };
        }
    }
}
