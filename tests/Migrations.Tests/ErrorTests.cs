using System.Text.Json.Nodes;

namespace Migrations.Tests;

/// <summary>Rows that Kong's migrations fail on or damage: here they are kept, a warning names them, and the migrations complete.</summary>
public sealed class ErrorTests
{
    private static IEnumerable<TestCaseData> Errors => KongData.Lines("errors.jsonl").Select(error =>
        new TestCaseData(error).SetArgDisplayNames(error.Text("case")));

    [TestCaseSource(nameof(Errors))]
    public void A_row_that_Kong_cannot_convert_is_kept_and_named_in_a_warning(JsonObject error)
    {
        using var gateway = Gateway.Of(error.Text("from")).WithWorkspaces();
        gateway.Database.Execute(error.Text("seed"));

        gateway.Up("3.9");
        gateway.Finish();

        var expected = error["after"]!.AsArray();
        var rows = gateway.Database.Query($"SET TimeZone = 'UTC'; SELECT to_jsonb(t) FROM {error.Text("table")} AS t ORDER BY id")
            .Select(row => JsonNode.Parse(row!)!.AsObject())
            .Select((row, n) => new JsonObject(expected[n]!.AsObject().Select(m => KeyValuePair.Create(m.Key, row[m.Key]?.DeepClone())))
                .ToJsonString());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(rows, Is.EqualTo(expected.Select(row => row!.ToJsonString())));
            Assert.That(gateway.Warned(error.Text("table"), "00000001-0000-4000-8000-0000000000"), Is.EqualTo((bool)error["warning"]!));
            Assert.That(gateway.Warnings, Has.None.With.Property("Hint").Null);
            Assert.That(gateway.Warnings, Has.Count.EqualTo((bool)error["warning"]! ? 1 : 0));
        }
    }
}
