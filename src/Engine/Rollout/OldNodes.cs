using System.Text.Json;

namespace Migrator.Rollout;

/// <summary>The gateways of the previous version, by what <c>migrator nodes --json</c> printed before the rollout.</summary>
internal static class OldNodes
{
    /// <summary>Reads their addresses.</summary>
    /// <param name="file">The name of the file, for errors.</param>
    /// <param name="text">Its text.</param>
    /// <exception cref="MigratorException">It is no such answer, has no gateway, or one without an address.</exception>
    public static IReadOnlySet<string> Parse(string file, string text)
    {
        try
        {
            using var document = JsonDocument.Parse(AnswerIn(text));
            var addresses = document.RootElement.GetProperty("sessions").EnumerateArray()
                .Select(session => session.GetProperty("address").GetString()).ToList();

            if (document.RootElement.TryGetProperty("behind_pooler", out var pooler) && pooler.ValueKind != JsonValueKind.False)
            {
                throw BehindPooler(file);
            }

            // Such a gateway would not be waited for.
            return addresses.Count == 0 ? throw NoSessions(file)
                : addresses.Contains(null) ? throw HiddenAddresses(file)
                : addresses.Select(a => NodeAddress.Parse(a!) ?? throw NoAddress(file, a!)).ToHashSet(StringComparer.Ordinal);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw Unreadable(file, "it is not the JSON that 'migrator nodes --json' prints");
        }
    }

    /// <summary>The error for a file that cannot be read.</summary>
    public static MigratorException Unreadable(string file, string reason) => new MigratorException(
        $"--old-nodes: {file} cannot be read: {reason}.",
        "Make the file before the rollout: migrator nodes -c kong.conf --json > old.json")
    { ExitCode = ExitCode.Usage };

    // 'kubectl logs' shows warnings too, before and after the answer, which begins and ends with a line of its own.
    private static string AnswerIn(string log)
    {
        var lines = log.ReplaceLineEndings("\n").Split('\n');
        var (first, last) = (Array.IndexOf(lines, "{"), Array.LastIndexOf(lines, "}"));
        return first >= 0 && last > first ? string.Join('\n', lines[first..(last + 1)]) : log;
    }

    private static MigratorException NoSessions(string file) => new(
        $"--old-nodes: {file} has no gateway: none would be waited for.",
        "No gateway was connected when 'migrator nodes' looked, or it looked at another database or replica.",
        "Make the file while the old gateways run: migrator nodes -c kong.conf --json > old.json; or leave --old-nodes out.")
    { ExitCode = ExitCode.Usage };

    private static MigratorException NoAddress(string file, string text) => new(
        $"--old-nodes: {file} has '{text}', which is not the address of a gateway.",
        "An address is one of IPv4 or IPv6, without a port or the length of a network.",
        "Make the file before the rollout: migrator nodes -c kong.conf --json > old.json")
    { ExitCode = ExitCode.Usage };

    private static MigratorException BehindPooler(string file) => new(
        $"--old-nodes: {file} may lack gateways, and those would not be waited for.",
        "'migrator nodes' has asked a pooler that lends the server's sessions to its clients in turn.",
        "Before the rollout, make the file again with pg_host and pg_port of the server itself; or leave --old-nodes out.")
    { ExitCode = ExitCode.Usage };

    private static MigratorException HiddenAddresses(string file) => new(
        $"--old-nodes: {file} has gateways without an address.",
        "The user of 'migrator nodes' may not see the addresses of other users' sessions.",
        "Before the rollout: GRANT pg_read_all_stats to that user, then make the file again.")
    { ExitCode = ExitCode.Usage };
}
