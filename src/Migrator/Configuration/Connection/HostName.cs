using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace Migrator.Configuration.Connection;

/// <summary>
/// The host of a connection. Kong: an address of version 6 with brackets or without; <c>unix:</c> and the path of a socket; any other text
/// is a name for DNS, and fails there.
/// </summary>
internal static class HostName
{
    private static readonly SearchValues<char> NeverInNames = SearchValues.Create(" \t\r\n\"',;/@\\");

    /// <summary>The host without brackets.</summary>
    public static string Bare(string host) => host is ['[', .., ']'] && IsVersion6(host[1..^1]) ? host[1..^1] : host;

    /// <summary>Why no connection can be made; null where one might.</summary>
    public static string? ProblemWith(string host) => host switch
    {
        ['u', 'n', 'i', 'x', ':', ..] => null,
        ['/', ..] => $"is a directory or a file. Write unix:{host.TrimEnd('/')}/.s.PGSQL.5432 for a socket.",
        ['"' or '\'', ..] => "has quotes in it. Remove them.",
        _ when host.Contains(',', StringComparison.Ordinal) => "names more than one host, and the gateway takes one.",
        _ when host.AsSpan().ContainsAny(NeverInNames) => "is not the name of a host.",
        _ when host.Contains(':', StringComparison.Ordinal) && !IsVersion6(Bare(host)) => "has a ':' in it and is no address of " +
            "version 6. Write the port in pg_port.",
        _ => null,
    };

    private static bool IsVersion6(string text) => IPAddress.TryParse(text, out var address)
        && address.AddressFamily == AddressFamily.InterNetworkV6;
}
