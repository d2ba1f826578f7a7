using System.Text.Json.Nodes;

namespace Migrations.Tests;

/// <summary>A 3.4 database with rows of every kind is upgraded to the same rows and ledger as Kong 3.9 writes.</summary>
public sealed class UpgradeTests
{
    [Test]
    public void Rows_of_3_4_are_rewritten_as_by_Kong_3_9()
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
