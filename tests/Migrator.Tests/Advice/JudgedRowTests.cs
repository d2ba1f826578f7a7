using System.Text.Json.Nodes;
using Migrator.Advice;

namespace Migrator.Tests.Advice;

/// <summary>Odd rows: of 8,493 a real gateway said whether it starts with them and accepts changes of them.</summary>
internal sealed class JudgedRowTests
{
    private static readonly string[] Maps = ["headers", "limits", "custom_fields_by_lua", "resource_attributes"];

    private static readonly Dictionary<RouterFlavor, RowAdvisor> Advisors =
        Enum.GetValues<RouterFlavor>().ToDictionary(f => f, AdviceData.Advisor);

    [Test]
    public void Every_row_that_stops_the_gateway_is_found() =>
        Assert.That(JudgedRow.All.Where(r => r.Verdict == "stops" && !Has(r, Effect.StopsGateway)), Is.Empty);

    [Test]
    public void No_row_is_accused_of_stopping_the_gateway() =>
        Assert.That(JudgedRow.All.Where(r => r.Verdict != "stops" && Has(r, Effect.StopsGateway)), Is.Empty);

    [Test]
    public void No_row_is_accused_that_the_gateway_accepts() =>
        Assert.That(JudgedRow.All.Where(r => r.Verdict == "accepted" && IsRefused(r)), Is.Empty);

    // Two expressions that compile, and then recurse without an end; a key as JSON that is not the certificate's; an identifier that Kong
    // makes of the certificate.
    [Test]
    public void A_row_that_the_gateway_refuses_is_found_unless_only_a_library_reads_its_value()
    {
        var missed = JudgedRow.All.Where(r => r.Verdict == "refused" && !IsRefused(r)).ToLookup(r => r.Library, StringComparer.Ordinal);
        Assert.Multiple(() =>
        {
            Assert.That(missed[null], Is.Empty);
            Assert.That(missed["Lua"], Is.Empty);
            Assert.That(missed["PCRE2"].Count(), Is.LessThanOrEqualTo(2));
            Assert.That(missed["OpenSSL"].Count(), Is.LessThanOrEqualTo(1));
            Assert.That(missed["another row"].Count(), Is.LessThanOrEqualTo(1));
        });
    }

    [Test]
    public void A_call_without_a_gap_corrects_its_row()
    {
        var calls = 0;
        var failed = new List<string>();
        foreach (var row in JudgedRow.All)
        {
            var remedy = Examine(row) is [var first, ..] ? first.Remedy : "";
            if (!remedy.StartsWith("curl -sS -X PATCH ", StringComparison.Ordinal) || HasGap(remedy))
            {
                continue;
            }

            calls++;
            Assert.That(remedy, Does.Not.Contain("\"strip_path\":null"), "A required field is not emptied.");
            var corrected = row with { Row = Patched(row, remedy) };
            if (IsRefused(corrected))
            {
                failed.Add($"{row}\n    {remedy}\n    {string.Join("; ", Examine(corrected).Select(f => f.Message))}");
            }
        }

        Assert.That(failed, Is.Empty);
        Assert.That(calls, Is.GreaterThan(150));
    }

    [Test]
    public void A_remedy_does_not_repeat_a_value_that_the_gateway_refuses()
    {
        var repeated = JudgedRow.All.Where(r => Examine(r) is [{ Remedy: var remedy }, ..] && HasGap(remedy)
            && remedy.StartsWith("curl -sS -X PATCH ", StringComparison.Ordinal)
            && Examine(r with { Row = Patched(r, remedy) }).Any(f => f.Effect is not Effect.Behaviour
                && !f.Why.Contains("REPLACE_ME", StringComparison.Ordinal) && !f.Message.Contains("REPLACE_ME", StringComparison.Ordinal)
                && Examine(r).Any(g => g.Field == f.Field && g.Message == f.Message && !IsGap(r, remedy, f.Field))));
        Assert.That(repeated.Select(r => $"{r}\n    {Examine(r)[0].Remedy}"), Is.Empty);
    }

    private static IReadOnlyList<Finding> Examine(JudgedRow row) => Advisors[row.Flavor].Examine(row.Table, row.Row);

    private static bool Has(JudgedRow row, Effect effect) => Examine(row).Any(f => f.Effect == effect);

    // A route that the router leaves out is refused too.
    private static bool IsRefused(JudgedRow row) => Examine(row).Any(f =>
        f.Effect is not Effect.Behaviour || f.Message.Contains("could not add route", StringComparison.Ordinal));

    private static bool HasGap(string remedy) => remedy.Contains("REPLACE_ME", StringComparison.Ordinal);

    // Whether the field is among those that are left to the operator.
    private static bool IsGap(JudgedRow row, string remedy, string? field)
    {
        JsonNode? node = Body(remedy);
        foreach (var part in field?.Split('.') ?? [])
        {
            if (part == "@entity" || node is null || HasGap(node.ToJsonString()) && node is not JsonObject)
            {
                break;
            }

            node = node is JsonObject members ? members[part] : null;
        }

        return node is not null && HasGap(node.ToJsonString());
    }

    private static JsonObject Body(string remedy)
    {
        const string Option = " -d ";
        var text = remedy[(remedy.IndexOf(Option, StringComparison.Ordinal) + Option.Length)..];
        return JsonNode.Parse(text.Trim('\'').Replace("'\\''", "'", StringComparison.Ordinal))!.AsObject();
    }

    // As the Admin API does: records are merged, anything else is replaced. A record is what the body has members of, and the row too.
    private static JsonObject Patched(JudgedRow row, string remedy)
    {
        var patched = row.Row.DeepClone().AsObject();
        Merge(patched, Body(remedy), row.Table == "plugins" ? ["config"] : ["healthchecks", "pem"]);
        return patched;
    }

    private static void Merge(JsonObject target, JsonObject body, IReadOnlyList<string>? records)
    {
        foreach (var (name, value) in body)
        {
            if (value is JsonObject members && target[name] is JsonObject inner
                && records?.Contains(name, StringComparer.Ordinal) is not false && !Maps.Contains(name, StringComparer.Ordinal))
            {
                Merge(inner, members, records: null);
            }
            else if (target.ContainsKey(name + "_id"))
            {
                target[name + "_id"] = value?["id"]?.DeepClone();
            }
            else
            {
                target[name] = value?.DeepClone();
            }
        }
    }
}
