using Migrations.Dsl;
using Migrator.Display;
using Migrator.Rollout;

namespace Migrator.Output;

/// <summary>Writes the gateways that use a database, as text.</summary>
internal static class NodesText
{
    /// <summary>Writes two tables: the sessions of gateways, and the data planes.</summary>
    public static void Write(TextWriter writer, GatewayNodes nodes, GatewayVersion target)
    {
        if (nodes.Sessions.Count == 0)
        {
            writer.WriteLine("No gateway is connected.");
        }
        else
        {
            Table(writer, ["ADDRESS", "USER", "APPLICATION", "SESSIONS", "SINCE", "LAST ACTIVE"], nodes.Sessions.Select(s => new[]
            {
                s.IsHidden ? "?" : s.Address, s.User, s.Application, FormattableString.Invariant($"{s.Count}"), OrUnknown(s.Since),
                OrUnknown(s.LastActive),
            }));
        }

        if (nodes.DataPlanes.Count > 0)
        {
            writer.WriteLine();
            Table(writer, ["DATA PLANE", "IP", "VERSION", "LAST SEEN", ""], nodes.DataPlanes.Select(d => new[]
            {
                d.Hostname, d.Ip, d.Version ?? "?", d.LastSeen, d.IsOlderThan(target) ? $"older than {target.Name}" : "",
            }));
        }

        if (nodes.Sessions.Any(s => s.IsHidden))
        {
            writer.WriteLine();
            writer.WriteLine("?: sessions of other users. To see their addresses: GRANT pg_read_all_stats TO this user.");
        }
    }

    private static string OrUnknown(string text) => text.Length == 0 ? "?" : text;

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
