using System.Text.Json.Nodes;

namespace Migrations.Tests;

/// <summary>Inserts single rows together with the rows and columns that the schema requires.</summary>
internal static class RowSeed
{
    /// <summary>Inserts a row of which only some columns are given.</summary>
    public static void Insert(Gateway gateway, string table, JsonObject row)
    {
        var full = row.DeepClone().AsObject();
        switch (table)
        {
            case "plugins":
                full["enabled"] = true;
                break;
            case "upstreams":
                full["slots"] = 10;
                if (gateway.Database.Query("SELECT to_regclass('workspaces')")[0] is not null)
                {
                    full["ws_id"] ??= Gateway.DefaultWorkspace;
                }

                break;
            case "targets":
                full["weight"] = 100;
                InsertUpstreamOf(gateway, full);
                break;
        }

        var columns = string.Join(", ", full.Select(m => $"\"{m.Key}\""));
        gateway.Database.Execute(
            $"SET TimeZone = 'UTC'; INSERT INTO {table} ({columns}) SELECT {columns} FROM jsonb_populate_record(NULL::{table}, "
                + $"{Literal(full.ToJsonString())})");
    }

    /// <summary>Quotes a text as an SQL string constant.</summary>
    public static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    private static void InsertUpstreamOf(Gateway gateway, JsonObject target)
    {
        if (gateway.Database.Query($"SELECT id FROM upstreams WHERE id = '{target.Text("upstream_id")}'").Count > 0)
        {
            return;
        }

        var upstream = new JsonObject { ["id"] = target.Text("upstream_id"), ["name"] = target.Text("upstream_id") };
        if (target["ws_id"] is { } workspace)
        {
            upstream["ws_id"] = workspace.DeepClone();
        }

        Insert(gateway, "upstreams", upstream);
    }
}
