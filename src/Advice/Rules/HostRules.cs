namespace Migrator.Advice.Rules;

/// <summary>Host names: of services, routes, certificates, upstreams and targets.</summary>
internal static class HostRules
{
    private const string HasPort = "must not have a port";
    private const string IsAddress = "must not be an IP";

    /// <summary>A host name or an IP address.</summary>
    public static string? Host(object value)
    {
        var (text, address) = Parse(value);
        return IsInvalid(address) ? "invalid value: " + text : CheckPort(address);
    }

    /// <summary>A host name or an IP address, with or without a port.</summary>
    public static string? HostWithOptionalPort(object value) => Parse(value).Address.Error;

    /// <summary>A host of a route, which may have an asterisk.</summary>
    public static string? RouteHost(object value) =>
        Address.Parse(((string)value).Replace("*", "abc", StringComparison.Ordinal)).Error;

    /// <summary>A name in the server name indication of TLS.</summary>
    public static string? Sni(object value)
    {
        var (text, address) = Parse(value);
        return CheckName(text, address);
    }

    /// <summary>A server name that may start or end with an asterisk.</summary>
    public static string? WildcardHost(object value)
    {
        var text = (string)value;
        var first = text.IndexOf('*', StringComparison.Ordinal);
        if (first >= 0)
        {
            if (first != 0 && first != text.Length - 1)
            {
                return "wildcard must be leftmost or rightmost character";
            }

            if (text.Count(c => c == '*') > 1)
            {
                return "only one wildcard must be specified";
            }

            text = text.Replace("*", "wildcard", StringComparison.Ordinal);
        }

        return CheckName(text, Address.Parse(text));
    }

    /// <summary>The name of an upstream.</summary>
    public static string? UpstreamName(object value)
    {
        var (text, address) = Parse(value);
        var start = $"Invalid name ('{text}'); ";
        return address switch
        {
            { Error: not null } => start + "must be a valid hostname",
            { Kind: not AddressKind.Name } => start + "no ip addresses allowed",
            { HasPort: true } => start + "no port allowed",
            _ => null,
        };
    }

    /// <summary>The address of a target.</summary>
    public static string? Target(object value)
    {
        var (text, address) = Parse(value);
        return address.Error is null ? null : $"Invalid target ('{text}'); not a valid hostname or ip address";
    }

    private static (string Text, Address Address) Parse(object value)
    {
        var text = (string)value;
        return (text, Address.Parse(text));
    }

    private static string? CheckName(string text, Address address)
    {
        if (IsInvalid(address))
        {
            return "invalid value: " + text;
        }

        return address is { Error: null, Kind: not AddressKind.Name } ? IsAddress : CheckPort(address);
    }

    private static string? CheckPort(Address address) => address.HasPort ? HasPort : null;

    private static bool IsInvalid(Address address) => address.Error is not null and not Address.InvalidPort;
}
