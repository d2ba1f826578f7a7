using System.Text.Json.Nodes;

namespace Migrations.Tests;

/// <summary>
/// A whole database of 3.4 with rows of every kind, the ledger among them, comes out as it did on the real gateway 3.9, after up and after
/// finish.
/// </summary>
public sealed class UpgradeTests
{
    [Test]
    public void Rows_of_3_4_become_what_Kong_3_9_makes_of_them()
    {
        using var gateway = BuiltGateway.Of("3.4");
        gateway.Database.Execute(KongData.Text("3.4-to-3.9/seed.sql"));
        Assert.That(Rows.Of(gateway.Database), Is.EquivalentTo(Kongs("before")));

        gateway.Up("3.9");
        Assert.That(Rows.Of(gateway.Database), Is.EquivalentTo(Kongs("after_up")));

        gateway.Finish("3.9");
        Assert.That(Rows.Of(gateway.Database), Is.EquivalentTo(Kongs("after_finish")));
    }

    private static IEnumerable<string> Kongs(string moment) => KongData.Lines($"3.4-to-3.9/{moment}.jsonl")
        .Where(line => line.Text("table") != "locks")
        .Select(line => (Table: line.Text("table"), Row: line["row"]!.ToJsonString()))
        .Select(line => (line.Table, Row: line.Row.Replace(Gateway.DefaultWorkspace, "<default_workspace_id>", StringComparison.Ordinal)))
        .Select(line => $"{line.Table}: {Rows.Plain(JsonNode.Parse(line.Row))}");
}
