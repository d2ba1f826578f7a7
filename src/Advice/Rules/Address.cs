using System.Buffers;
using Migrator.Native;

namespace Migrator.Advice.Rules;

/// <summary>A host name or an IP address, with or without a port, as Kong splits it.</summary>
/// <param name="Kind">What it looks like.</param>
/// <param name="HasPort">Whether it ends with a port.</param>
/// <param name="Error">What is wrong with it; null if nothing is.</param>
internal sealed record Address(AddressKind Kind, bool HasPort, string? Error)
{
    /// <summary>What is wrong with an address whose port is too large.</summary>
    public const string InvalidPort = "invalid port number";

    private static readonly LuaPattern Ipv4 = new("^(%d%d?%d?)%.(%d%d?%d?)%.(%d%d?%d?)%.(%d%d?%d?)$");
    private static readonly LuaPattern Ipv4WithPort = new("^(%d%d?%d?)%.(%d%d?%d?)%.(%d%d?%d?)%.(%d%d?%d?):(%d+)$");
    private static readonly LuaPattern Bracketed = new("^(%b[])(.-)$");
    private static readonly LuaPattern BracketPort = new("^:(%d-)$");
    private static readonly LuaPattern Ipv6 = new(
        "^(%x%x?%x?%x?):(%x%x?%x?%x?):(%x%x?%x?%x?):(%x%x?%x?%x?):(%x%x?%x?%x?):(%x%x?%x?%x?):(%x%x?%x?%x?):(%x%x?%x?%x?)$");

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.:");

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._");

    /// <summary>Splits an address.</summary>
    public static Address Parse(string text)
    {
        var colons = text.Count(c => c == ':');
        if (colons > 1)
        {
            return ParseIpv6(text);
        }

        return text.Length > colons && !text.AsSpan().ContainsAnyExcept(Digits) ? ParseIpv4(text) : ParseName(text);
    }

    private static Address ParseIpv4(string text)
    {
        var hasPort = text.Contains(':', StringComparison.Ordinal);
        var parts = (hasPort ? Ipv4WithPort : Ipv4).Captures(text);
        if (parts is null || parts.Take(4).Any(p => int.Parse(p, CultureInfo.InvariantCulture) > byte.MaxValue))
        {
            return new Address(AddressKind.Ipv4, hasPort, "invalid ipv4 address: " + text);
        }

        return new Address(AddressKind.Ipv4, hasPort, hasPort && IsPortTooLarge(parts[4]) ? InvalidPort : null);
    }

    private static Address ParseIpv6(string text)
    {
        var address = text;
        var port = "";
        if (Bracketed.Captures(text) is [var inner, var rest])
        {
            address = inner[1..^1];
            if (rest.Length > 0)
            {
                if (BracketPort.Captures(rest) is not [{ Length: > 0 } digits])
                {
                    return new Address(AddressKind.Ipv6, HasPort: false, "invalid ipv6 address");
                }

                port = digits;
                if (IsPortTooLarge(port))
                {
                    return new Address(AddressKind.Ipv6, HasPort: true, InvalidPort);
                }
            }
        }

        return new Address(AddressKind.Ipv6, port.Length > 0, IsIpv6(address) ? null : "invalid ipv6 address: " + text);
    }

    private static bool IsIpv6(string text)
    {
        var full = text;
        full = full.StartsWith(':') ? "0" + full : full;
        full = full.EndsWith(':') ? full + "0" : full;
        var gap = full.IndexOf("::", StringComparison.Ordinal);
        if (gap >= 0)
        {
            var missing = Math.Max(0, 8 - full.Count(c => c == ':'));
            full = full[..gap] + ":" + string.Concat(Enumerable.Repeat("0:", missing)) + full[(gap + 2)..];
        }

        return Ipv6.IsIn(full) is true;
    }

    private static Address ParseName(string text)
    {
        var name = text;
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var port = colon >= 0 && colon < text.Length - 1 && !text.AsSpan(colon + 1).ContainsAnyExceptInRange('0', '9')
            ? text[(colon + 1)..]
            : null;
        if (port is not null)
        {
            if (IsPortTooLarge(port))
            {
                return new Address(AddressKind.Name, HasPort: true, InvalidPort);
            }

            name = name[..^(port.Length + 1)];
        }

        return new Address(
            AddressKind.Name,
            port is not null,
            name.Length == 0 || name.AsSpan().ContainsAnyExcept(NameCharacters) || !HasValidLabels(name)
                ? "invalid hostname: " + text
                : null);
    }

    // A name may end with a dot.
    private static bool HasValidLabels(string name)
    {
        var labels = name.Split('.');
        return labels.Index().All(l => !l.Item.EndsWith('-') && (l.Item.Length > 0 || l.Index == labels.Length - 1));
    }

    private static bool IsPortTooLarge(string digits) =>
        double.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > ushort.MaxValue;
}

/// <summary>What an address looks like.</summary>
internal enum AddressKind
{
    /// <summary>A host name.</summary>
    Name,

    /// <summary>An address of IPv4.</summary>
    Ipv4,

    /// <summary>An address of IPv6.</summary>
    Ipv6,
}
