using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Migrator.Configuration.Bytes;
using Migrator.Configuration.Effective;

namespace Migrator.Configuration.Connection;

/// <summary>
/// The host of a connection. Kong: an IPv6 address with or without brackets, or <c>unix:</c> and the path of a socket. Kong looks any other
/// text up in DNS, where an invalid name fails.
/// </summary>
internal static class HostName
{
    private static readonly SearchValues<char> NeverInNames = SearchValues.Create(" \t\r\n\"',;/@\\");

    /// <summary>Removes the brackets around an IPv6 address.</summary>
    public static string Bare(string host) => host is ['[', .., ']'] && IsIPv6(host[1..^1]) ? host[1..^1] : host;

    /// <summary>Returns why no connection can be made to a host; null if one may be possible.</summary>
    public static string? DiagnosticOf(string host) => host switch
    {
        _ when UnixSocket.Is(host) => UnixSocket.DiagnosticOf(host),
        _ when UnfilledTemplate.IsIn(host) => "has a template in it that was not filled in. Write the name of the host.",
        _ when IsAuroraDsql(host) => "is an Aurora DSQL cluster, which has no foreign keys, triggers or PL/pgSQL: it cannot hold the "
            + "gateway's tables, and the gateway does not run on it. Name an RDS for PostgreSQL or Aurora PostgreSQL database.",
        ['/', ..] => $"is a directory or a file. Write unix:{host.TrimEnd('/')}/.s.PGSQL.5432 for a socket.",
        ['"' or '\'', ..] => "has quotes in it. Remove them.",
        _ when host.Contains(',', StringComparison.Ordinal) => "names more than one host, and the gateway takes one.",
        _ when host.AsSpan().ContainsAny(NeverInNames) => "is not the name of a host.",
        _ when host.Contains(':', StringComparison.Ordinal) && !IsIPv6(Bare(host)) => "has a ':' in it and is no address of " +
            "version 6. Write the port in pg_port.",
        _ => null,
    };

    /// <summary>Returns what to write instead of a URL; null if the host is none.</summary>
    /// <param name="host">The host.</param>
    /// <param name="key">Returns the name of a setting.</param>
    public static string? DiagnosticOfUrl(string host, Func<string, string> key)
    {
        if (!host.Contains("://", StringComparison.Ordinal))
        {
            return null;
        }

        var isRead = Uri.TryCreate(host, UriKind.Absolute, out var url) && url.Host.Length > 0;
        var port = isRead && url!.Port > 0 ? url.Port.ToString(CultureInfo.InvariantCulture) : "";
        return "is a URL, and the gateway takes the name of a host. Write instead" + Line("host", isRead ? url!.Host : "")
            + Line("port", port) + Line("user", isRead ? url!.UserInfo.Split(':')[0] : "")
            + Line("database", isRead ? url!.AbsolutePath.Trim('/') : "") + $" and the password as {key("password")}.";

        string Line(string suffix, string value) => isRead && value.Length == 0 ? ""
            : $" `{key(suffix)} = {(isRead ? PercentText.Decode(value).Replace("#", "\\#", StringComparison.Ordinal) : "...")}`,";
    }

    // Aurora DSQL user guide, "Connecting to Aurora DSQL clusters": ID.dsql.REGION.on.aws.
    private static bool IsAuroraDsql(string host)
    {
        var name = host.TrimEnd('.');
        return name.Contains(".dsql", StringComparison.OrdinalIgnoreCase) && name.EndsWith(".on.aws", StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsIPv6(string text) => IPAddress.TryParse(text, out var address)
        && address.AddressFamily == AddressFamily.InterNetworkV6;
}
