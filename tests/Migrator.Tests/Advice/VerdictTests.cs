using System.Text.Json.Nodes;
using Migrator.Advice;

namespace Migrator.Tests.Advice;

/// <summary>The findings are those of a running gateway: no row is missed, none is accused that it accepts.</summary>
internal sealed class VerdictTests
{
    [TestCaseSource(nameof(Refused))]
    public void A_row_that_the_gateway_refuses_is_found_with_the_same_fields_and_words(DataRow row, JsonNode fields, string message)
    {
        var findings = AdviceData.Advisor().Examine(row.Table, row.Row);
        Assert.Multiple(() =>
        {
            Assert.That(findings.Select(f => f.Effect), Is.All.EqualTo(Effect.CannotEdit));
            Assert.That(findings.Select(f => f.Field).Distinct(StringComparer.Ordinal), Is.EquivalentTo(AdviceData.FieldsOf(fields)));
            Assert.That(findings.Select(f => f.Message), Is.All.Matches<string>(m => message.Contains(m!, StringComparison.Ordinal)));
        });
    }

    [TestCaseSource(nameof(Stops))]
    public void A_row_that_stops_the_gateway_is_found_with_the_same_words(DataRow row, string detail)
    {
        var finding = AdviceData.Advisor().Examine(row.Table, row.Row).Single();
        Assert.Multiple(() =>
        {
            Assert.That(finding.Effect, Is.EqualTo(Effect.StopsGateway));
            Assert.That(detail, Does.Contain(finding.Message));
        });
    }

    [TestCaseSource(nameof(Accepted))]
    public void A_row_that_the_gateway_accepts_is_not_accused(DataRow row) =>
        Assert.That(AdviceData.Advisor().Examine(row.Table, row.Row), Is.Empty);

    [TestCaseSource(nameof(Answers))]
    public void A_generated_row_is_judged_as_Kongs_schema_library_judges_it(JsonNode answer)
    {
        var findings = AdviceData.Advisor().Examine(answer["table"]!.GetValue<string>(), answer["row"]!.AsObject());
        var expected = answer["errors"]!.AsArray().Select(e => $"{e![0]}: {e[1]}");
        Assert.That(
            findings.Where(f => f.Effect is not Effect.Behaviour).Select(f => $"{f.Field}: {f.Message}"), Is.EquivalentTo(expected));
    }

    private static IEnumerable<TestCaseData> Refused() => List("refused").Select(v =>
        new TestCaseData(RowOf(v), v["refusal"]!["fields"], v["refusal"]!["message"]!.GetValue<string>()).SetArgDisplayNames(NameOf(v)));

    private static IEnumerable<TestCaseData> Stops() => List("stops_start_or_reading").Select(v =>
        new TestCaseData(RowOf(v), v["detail"]!.GetValue<string>()).SetArgDisplayNames(NameOf(v)));

    private static IEnumerable<TestCaseData> Accepted()
    {
        var named = List("refused").Concat(List("stops_start_or_reading")).Select(NameOf).ToHashSet(StringComparer.Ordinal);
        return AdviceData.Rows.Where(r => r.IsOfDefaultWorkspace && !named.Contains(r.ToString()))
            .Select(r => new TestCaseData(r).SetArgDisplayNames(r.ToString()));
    }

    // A gateway cannot read a plugin whose redis is a null; the library was only asked to check it.
    private static IEnumerable<TestCaseData> Answers() => AdviceData.Answers.Where(a => !IsUnreadable(a)).Select(a =>
        new TestCaseData(a).SetArgDisplayNames($"{a["table"]} {a["row"]!["name"]} {a["row"]!["id"]}"));

    private static bool IsUnreadable(JsonNode answer) => answer["row"]!["name"]?.ToString() is "rate-limiting" or "response-ratelimiting"
        && answer["row"]!["config"] is JsonObject config && config.ContainsKey("redis") && config["redis"] is null;

    private static IEnumerable<JsonNode> List(string name) => AdviceData.Verdicts[name]!.AsArray().Select(v => v!);

    private static string NameOf(JsonNode verdict) => $"{verdict["table"]} {verdict["id"]}";

    private static DataRow RowOf(JsonNode verdict) => AdviceData.Rows.Single(r => r.ToString() == NameOf(verdict));
}
