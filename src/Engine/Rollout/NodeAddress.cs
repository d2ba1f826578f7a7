using System.Net;
using System.Net.Sockets;

namespace Migrator.Rollout;

/// <summary>The address of a gateway as text, in one form: it is compared with others.</summary>
internal static class NodeAddress
{
    /// <summary>What stands for the address of a session on a Unix socket.</summary>
    public const string Local = "local";

    /// <summary>Returns an address in the form in which addresses are compared; null if the text is not an address.</summary>
    /// <remarks>Forms of IPv4 that only some programs read, such as <c>127.1</c>, are not addresses.</remarks>
    public static string? Parse(string text)
    {
        if (text == Local)
        {
            return Local;
        }

        if (!IPAddress.TryParse(text, out var address) || text.Contains(']', StringComparison.Ordinal))
        {
            return null;
        }

        return address.AddressFamily == AddressFamily.InterNetwork && address.ToString() != text ? null : Of(address);
    }

    /// <summary>Returns an address in the form in which addresses are compared: without a zone, and IPv4 inside IPv6 as IPv4.</summary>
    public static string Of(IPAddress address) =>
        (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : new IPAddress(address.GetAddressBytes())).ToString();
}
