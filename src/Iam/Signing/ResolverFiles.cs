using System.Net;
using Migrator.Files;

namespace Migrator.Iam.Signing;

/// <summary>The files of the system that say how host names are resolved: resolv.conf(5) and hosts(5).</summary>
/// <param name="Servers">The name servers.</param>
/// <param name="Search">The domains that are appended to short names.</param>
/// <param name="Dots">How many dots a name needs to be tried as it is first.</param>
internal sealed record ResolverFiles(IReadOnlyList<IPAddress> Servers, IReadOnlyList<string> Search, int Dots)
{
    private const int MaxServers = 3;
    private const int MaxDomains = 32;
    private const int MaxDots = 15;

    /// <summary>Reads resolv.conf. A file that is missing or cannot be read counts as empty, as for the C library.</summary>
    public static ResolverFiles Read(string path)
    {
        var servers = new List<IPAddress>();
        string[] search = [];
        var dots = 1;
        foreach (var words in Lines(path))
        {
            switch (words[0])
            {
                case "nameserver" when words.Length > 1 && servers.Count < MaxServers && IPAddress.TryParse(words[1], out var address):
                    servers.Add(address);
                    break;
                case "search" or "domain":
                    search = [.. words.Skip(1).Take(words[0] == "domain" ? 1 : MaxDomains).Select(RdsEndpoint.Plain)];
                    break;
                case "options":
                    dots = words.Where(w => w.StartsWith("ndots:", StringComparison.Ordinal))
                        .Select(w => int.TryParse(w.AsSpan(6), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : MaxDots)
                        .Select(n => Math.Min(n, MaxDots)).LastOrDefault(dots);
                    break;
            }
        }

        return new ResolverFiles(servers.Count > 0 ? servers : [IPAddress.Loopback], search, dots);
    }

    /// <summary>Whether a name is in the hosts file, so that DNS is not asked for it.</summary>
    public static bool HasHost(string path, string name) =>
        Lines(path).Any(words => words.Skip(1).Any(w => RdsEndpoint.Plain(w).Equals(RdsEndpoint.Plain(name), StringComparison.Ordinal)));

    /// <summary>The full names that a name may stand for, in the order in which they are asked for.</summary>
    public IEnumerable<string> Candidates(string name)
    {
        var plain = RdsEndpoint.Plain(name);
        if (name.EndsWith('.'))
        {
            return [plain];
        }

        var inDomains = Search.Where(d => d.Length > 0).Select(d => $"{plain}.{d}");
        return plain.Count(c => c == '.') >= Dots ? [plain, .. inDomains] : [.. inDomains, plain];
    }

    private static IEnumerable<string[]> Lines(string path)
    {
        string text;
        try
        {
            text = BoundedFile.ReadText(path, ReadLimits.Default with { Bytes = 1 << 20, IsReadAgain = true },
                reason => new MigratorException(reason, ""));
        }
        catch (MigratorException)
        {
            return [];
        }

        return text.Split('\n').Select(line => line.Split('#', ';')[0].Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words.Length > 0);
    }
}
