using System.Net;
using Migrator.Display;

namespace Migrator.Iam.Aws;

/// <summary>The proxy that a request goes through, by the rules of the AWS CLI.</summary>
/// <remarks>
/// They are those of Python (<c>getproxies_environment</c>, <c>proxy_bypass_environment</c>). .NET has others: it ignores a proxy that it
/// cannot read, and a name in NO_PROXY is that host alone.
/// </remarks>
/// <param name="Address">The URL of the proxy, without user and password.</param>
/// <param name="User">The user and the password; null if there are none.</param>
/// <param name="Variable">The variable that names it.</param>
/// <param name="Around">The command that lets requests to the host go around it.</param>
internal sealed record AwsProxy(Uri Address, NetworkCredential? User, string Variable, string Around)
{
    private const int SocksPort = 1080;

    private static readonly string[] Schemes = ["http", "https", "socks4", "socks4a", "socks5"];

    /// <summary>Where a request goes, in the sentence "… cannot be reached".</summary>
    public string Through => $" through the proxy {Address.Scheme}://{Address.Authority} of {Variable}";

    /// <summary>What to do about it.</summary>
    public string Remedy => $"Correct {Variable}, or go around the proxy: {Around}";

    /// <summary>Finds the proxy of a request; null if it has none.</summary>
    /// <exception cref="MigratorException">The variable that names it has no URL of a proxy.</exception>
    public static AwsProxy? Find(Uri url, AwsEnvironment environment)
    {
        var list = Chosen("no_proxy", environment);
        var names = environment[list] ?? "";
        var variable = Chosen(url.Scheme + "_proxy", environment);
        variable = environment[variable] is null ? Chosen("all_proxy", environment) : variable;
        return environment[variable] is not { } value || IsBypassed(url, names) ? null
            : Parse(variable, value, $"export {list}={ShellText.Word(names.Length == 0 ? url.Host : $"{names},{url.Host}")}")
            ?? throw new MigratorException(
                $"{variable} is not the URL of a proxy, such as http://HOST:PORT.", $"Requests to {url.Host} would go through it.",
                $"Correct {variable}, or unset it: unset {variable}")
            { ExitCode = ExitCode.Usage };
    }

    // The name in small letters comes first, also if it is set to nothing.
    private static string Chosen(string name, AwsEnvironment environment) =>
        environment.IsSet(name) ? name : name.ToUpperInvariant();

    private static bool IsBypassed(Uri url, string names)
    {
        if (names == "*")
        {
            return true;
        }

        foreach (var entry in names.Split(','))
        {
            var name = entry.Trim().TrimStart('.');
            if (name.Length > 0 && (IsIn(url.Host, name) || IsIn(url.Authority, name)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsIn(string host, string name) => host.Equals(name, StringComparison.OrdinalIgnoreCase)
        || host.EndsWith("." + name, StringComparison.OrdinalIgnoreCase);

    // A password may have any character, encoded or not; the last @ ends it.
    private static AwsProxy? Parse(string variable, string value, string around)
    {
        var start = value.IndexOf("://", StringComparison.Ordinal) is >= 0 and var end ? end + 3 : 0;
        var scheme = start == 0 ? "http" : value[..(start - 3)].ToLowerInvariant();
        var at = value.LastIndexOf('@');
        if (Array.IndexOf(Schemes, scheme) < 0 || value.AsSpan().Trim().Length < value.Length
            || !Uri.TryCreate($"{scheme}://{value[Math.Max(start, at + 1)..]}", UriKind.Absolute, out var url) || url.Host.Length == 0)
        {
            return null;
        }

        var user = at < start ? [] : value[start..at].Split(':', 2);
        return new AwsProxy(
            url.Port >= 0 ? url : new UriBuilder(url) { Port = SocksPort }.Uri,
            user.Length == 0 ? null
                : new NetworkCredential(Uri.UnescapeDataString(user[0]), user.Length == 1 ? "" : Uri.UnescapeDataString(user[1])),
            variable, around);
    }
}
