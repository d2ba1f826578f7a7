using System.Text.Json;
using Migrator.Advice;
using Migrator.Output;

namespace Migrator.Tests.Advice;

/// <summary>What is kept of the findings, and what is said of the rest.</summary>
internal sealed class AdviceReportTests
{
    private static readonly AdvisorOptions Options = new(RouterFlavor.Traditional, RowAdvisor.BundledPlugins);

    [Test]
    public void A_row_on_which_a_rule_fails_is_named_without_its_values_and_the_others_are_examined()
    {
        var report = Report(
            (table, _) => table == "plugins" ? throw new FormatException("secret") : [], Row("plugins"), Row("routes"));
        using var json = Json(report);
        Assert.Multiple(() =>
        {
            Assert.That(json.RootElement.GetProperty("not_examined").ToString(),
                Does.Contain("\"table\": \"plugins\"").And.Contain("FormatException").And.Not.Contain("secret"));
            Assert.That(report.Failure, Is.TypeOf<FormatException>());
            Assert.That((report.Rows, report.RowsNotExamined), Is.EqualTo((2, 1)));
        });
    }

    [Test]
    public void A_row_for_which_there_is_no_memory_is_named() =>
#pragma warning disable CA2201, MA0012 // What the runtime throws.
        Assert.That(Report((_, _) => throw new OutOfMemoryException(), Row("routes")).NotExamined.Single().Reason,
#pragma warning restore CA2201, MA0012
            Is.EqualTo("There is not enough memory for it."));

    [Test]
    public void Long_findings_of_one_effect_take_no_room_from_those_of_another()
    {
        var rows = Enumerable.Repeat(Row("routes"), 4000).Append(Row("plugins"));
        var report = Report(
            (table, _) => [Finding(table, table == "plugins" ? Effect.StopsGateway : Effect.CannotEdit, new string('x', 30_000))],
            [.. rows]);
        using var json = Json(report);
        var summary = json.RootElement.GetProperty("summary");
        Assert.Multiple(() =>
        {
            Assert.That(report.Findings.Sum(f => f.Length), Is.LessThan(4_000_000));
            Assert.That(report.Count(Effect.CannotEdit), Is.EqualTo(4000));
            Assert.That(report.Omitted(Effect.CannotEdit), Is.GreaterThan(3000));
            Assert.That(report.Omitted(Effect.StopsGateway), Is.Zero);
            Assert.That(summary.GetProperty("truncated").GetBoolean(), Is.True);
            Assert.That(summary.GetProperty("cannot-edit").GetProperty("omitted").GetInt64(),
                Is.EqualTo(report.Omitted(Effect.CannotEdit)));
        });
    }

    private static AdviceReport Report(RowRules rules, params FutureRow[] rows)
    {
        var report = new AdviceReport(Options, IsUpgrade: false) { Target = new Version(3, 9) };
        var timed = new TimedRules(() => rules, TimeSpan.FromMinutes(1));
        rows.ToList().ForEach(row => report.Add(timed, row));
        return report;
    }

    private static FutureRow Row(string table) => new(table, "a", "{}"u8.ToArray(), 2, 1 << 20);

    private static Finding Finding(string table, Effect effect, string remedy) => new(table, "a", null, null, effect, "m", "w", remedy);

    private static JsonDocument Json(AdviceReport report)
    {
        using var text = new StringWriter();
        AdviceJson.Of(report).WriteTo(text, isOneLine: false);
        return JsonDocument.Parse(text.ToString());
    }
}
