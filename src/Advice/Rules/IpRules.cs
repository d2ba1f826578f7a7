using System.Net;
using System.Net.Sockets;

namespace Migrator.Advice.Rules;

/// <summary>IP addresses and ranges: of ip-restriction, and of the sources and destinations of routes.</summary>
internal static class IpRules
{
    /// <summary>An IP address.</summary>
    public static string? Ip(object value) =>
        IsIpv4((string)value) || IsIpv6((string)value) ? null : "not an ip address: " + value;

    /// <summary>An IP address or a range, such as <c>10.0.0.0/8</c>.</summary>
    public static string? IpOrCidr(object value)
    {
        var text = (string)value;
        return IsIpv4(text) || IsIpv6(text) || IsRange(text) ? null : $"invalid ip or cidr range: '{text}'";
    }

    // Kong looks for the slash from the third character on.
    private static bool IsRange(string text)
    {
        var slash = text.Length < 3 ? -1 : text.IndexOf('/', 2);
        if (slash < 0)
        {
            return false;
        }

        var address = text[..slash];
        return HasPrefix(text[(slash + 1)..], 32) && IsIpv4(address) || HasPrefix(text[(slash + 1)..], 128) && IsIpv6(address);
    }

    private static bool HasPrefix(string text, int longest) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length <= longest
        && length.ToString(CultureInfo.InvariantCulture) == text;

    // inet_pton reads four decimal numbers without leading zeros.
    private static bool IsIpv4(string text)
    {
        var parts = text.Split('.');
        return parts.Length == 4 && parts.All(p => HasPrefix(p, byte.MaxValue));
    }

    private static bool IsIpv6(string text)
    {
        var address = text is ['[', .., ']'] ? text[1..^1] : text;
        var isPlain = address.All(c => char.IsAsciiHexDigit(c) || c is ':' or '.') && address.Contains(':', StringComparison.Ordinal);
        return isPlain && IPAddress.TryParse(address, out var parsed) && parsed.AddressFamily is AddressFamily.InterNetworkV6;
    }
}
