using Migrator.Display;
using Migrator.Rollout;

namespace Migrator.Output;

/// <summary>The gateways that use a database, as text or as JSON.</summary>
/// <param name="nodes">The gateways.</param>
/// <param name="period">How long they were looked for; zero for one look.</param>
/// <param name="target">The target version: data planes may be older.</param>
/// <param name="user">The user who looked.</param>
internal sealed class NodesReport(GatewayNodes nodes, TimeSpan period, GatewayVersion target, string user)
{
    private string Grant => $"GRANT pg_read_all_stats TO {Sql.Identifier(user)};";

    /// <summary>Writes two tables, the sessions of gateways and the data planes, and what could not be seen.</summary>
    public void WriteText(TextWriter writer)
    {
        if (nodes.Sessions.Count == 0)
        {
            writer.WriteLine(period > TimeSpan.Zero
                ? FormattableString.Invariant($"No gateway was seen in {period.TotalSeconds:0.###} s.")
                : "No gateway was seen in one look. An idle gateway may have no session for seconds: leave --watch 0 out.");
        }
        else
        {
            var servers = nodes.Sessions.Select(s => s.Server).Distinct(StringComparer.Ordinal).Count() > 1;
            Table(
                writer,
                ["ADDRESS", "USER", "APPLICATION", "SESSIONS", "SINCE", "LAST ACTIVE", .. servers ? ["SERVER"] : Array.Empty<string>()],
                nodes.Sessions.Select(s => (string[])
                [
                    s.IsHidden ? "?" : s.Address, s.User, s.Application, FormattableString.Invariant($"{s.Count}"), OrUnknown(s.Since),
                    OrUnknown(s.LastActive), .. servers ? [s.Server] : Array.Empty<string>(),
                ]));
        }

        var planes = nodes.DataPlanes;
        if (planes.Rows.Count > 0)
        {
            writer.WriteLine();
            Table(writer, ["DATA PLANE", "IP", "VERSION", "LAST SEEN", ""], planes.Rows.Select(d => new[]
            {
                d.Hostname, d.Ip, d.Version ?? "?", d.LastSeen, d.IsOlderThan(target) ? $"older than {target.Name}" : "",
            }));
        }

        foreach (var note in Notes())
        {
            writer.WriteLine();
            writer.WriteLine(DisplayText.Line(note));
        }
    }

    /// <summary>The answer as JSON. What the user may not see is null.</summary>
    public JsonMembers Json() =>
    [
        ("sessions", nodes.Sessions.Select(s => JsonMembers.Of(
            ("address", OrNull(s.Address)), ("user", s.User), ("application", s.Application), ("sessions", s.Count),
            ("since", OrNull(s.Since)), ("last_active", OrNull(s.LastActive)), ("server", s.Server)))),
        ("data_planes", nodes.DataPlanes.Rows.Select(d => JsonMembers.Of(
            ("id", d.Id), ("hostname", d.Hostname), ("ip", d.Ip), ("version", d.Version), ("last_seen", d.LastSeen),
            ("is_older", d.IsOlderThan(target))))),
        ("data_planes_total", nodes.DataPlanes.Total),
        ("watched_ms", period.TotalMilliseconds),
        ("hidden_addresses", nodes.Hidden),
        ("behind_pooler", nodes.Pooler is not null),
        ("notes", Notes()),
    ];

    /// <summary>Warns if <c>finish --old-nodes</c> cannot use the answer, while something can be done about it.</summary>
    public void WarnIfUseless(Messages messages)
    {
        if (nodes.Pooler is { } pooler)
        {
            messages.NoOldNodes(char.ToLowerInvariant(pooler[0]) + pooler[1..].TrimEnd('.'), nodes.WithoutPooler!);
        }
        else if (nodes.Hidden > 0)
        {
            messages.NoOldNodes($"addresses are hidden from user '{user}'", $"Run, as an administrator: {Grant} Then run it again.");
        }
        else if (nodes.Sessions.Count == 0)
        {
            messages.NoOldNodes("no gateway was seen", "Run it again before the rollout, while the gateways are up.");
        }
    }

    /// <summary>What could not be seen, and why.</summary>
    private IEnumerable<string> Notes()
    {
        if (nodes.Pooler is { } pooler)
        {
            yield return $"{pooler} {nodes.WithoutPooler}";
        }

        if (nodes.Hidden > 0)
        {
            yield return $"The addresses of {Plural.Of(nodes.Hidden, "session")} are hidden from user '{user}'. "
                + $"To see them, as an administrator: {Grant}";
        }

        if (nodes.DataPlanes.IsStandby)
        {
            yield return "The server is a standby: it shows its own sessions only, not those on the primary.";
        }

        if (nodes.DataPlanes.Diagnostic.Length > 0)
        {
            yield return $"The data planes were not examined: of the table clustering_data_planes, {nodes.DataPlanes.Diagnostic}.";
        }

        if (nodes.DataPlanes.Total > nodes.DataPlanes.Rows.Count)
        {
            yield return FormattableString.Invariant(
                $"{nodes.DataPlanes.Total - nodes.DataPlanes.Rows.Count} more data planes are not shown: ")
                + "of each version, those that were seen last are.";
        }
    }

    private static string OrUnknown(string text) => text.Length == 0 ? "?" : text;

    private static string? OrNull(string text) => text.Length == 0 ? null : text;

    private static void Table(TextWriter writer, string[] head, IEnumerable<string[]> rows)
    {
        var lines = rows.Select(row => row.Select(cell => DisplayText.Line(cell, DisplayText.MaxValueLength)).ToArray()).Prepend(head)
            .ToList();
        var widths = head.Select((_, column) => lines.Max(line => line[column].Length)).ToArray();
        foreach (var line in lines)
        {
            writer.WriteLine(string.Join("  ", line.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        }
    }
}
