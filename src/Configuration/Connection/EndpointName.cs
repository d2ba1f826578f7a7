using System.Text.RegularExpressions;

namespace Migrator.Configuration.Connection;

/// <summary>The name and port of a server, as <c>--iam-endpoint</c> gives them.</summary>
/// <param name="Host">The host name or IPv4 address.</param>
/// <param name="Port">The port; null if none is given.</param>
internal sealed partial record EndpointName(string Host, int? Port)
{
    /// <summary>Parses HOST or HOST:PORT. Blanks and line ends around it do not count. Null if it is something else.</summary>
    public static EndpointName? TryParse(string text)
    {
        var match = Pattern().Match(text.Trim());
        var host = match.Groups["host"].Value.TrimEnd('.').ToLowerInvariant();
        if (!match.Success || Uri.CheckHostName(host) is not (UriHostNameType.Dns or UriHostNameType.IPv4))
        {
            return null;
        }

        var port = match.Groups["port"].Success ? int.Parse(match.Groups["port"].Value, CultureInfo.InvariantCulture) : (int?)null;
        return port is < 1 or > 65535 ? null : new EndpointName(host, port);
    }

    [GeneratedRegex(
        """^(?<host>[a-z0-9][a-z0-9_.-]{0,253})(?::(?<port>[0-9]{1,5}))?\z""",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Pattern();
}
