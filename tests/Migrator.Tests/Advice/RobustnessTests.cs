using System.Diagnostics;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Migrator.Advice;

namespace Migrator.Tests.Advice;

/// <summary>Any JSON can be examined, and many rows in little time.</summary>
internal sealed class RobustnessTests
{
    private static readonly string[] Texts =
        ["", "x", "http", "/a", "~/(", "{vault://env/a}", "é\u0000", "-----BEGIN CERTIFICATE-----", "1.2.3.4:5", "*.a", "redis", "%"];

    private static readonly RowAdvisor[] Advisors = [.. Enum.GetValues<RouterFlavor>().Select(AdviceData.Advisor)];

    [Test]
    public void No_row_makes_the_advisor_fail() => Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
    {
        var random = new Random(seed);
        foreach (var advisor in Advisors)
        {
            var source = AdviceData.Rows[random.Next(AdviceData.Rows.Count)];
            var row = (JsonObject)Mutate(source.Row, random, 0)!;
            Assert.That(() => advisor.Examine(source.Table, row), Throws.Nothing);
            Assert.That(() => advisor.Examine("plugins", Plugin(random)), Throws.Nothing);
        }
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(1500));

    [Test]
    public void Two_members_of_one_name_are_let_through()
    {
        var row = JsonNode.Parse("""{"name": "cors", "config": {"max_age": 1, "max_age": 2}}""")!.AsObject();
        Assert.That(() => Advisors[0].Examine("plugins", row), Throws.Nothing);
    }

    [Test]
    public void A_remedy_is_one_command_that_a_shell_reads_as_it_is()
    {
        var finding = AdviceData.Examine(
            "services", """{"id": "a'; rm -rf /", "host": "h", "protocol": "http", "tags": ["it's, $(x)"]}""")[0];
        Assert.That(finding.Remedy, Is.EqualTo(
            "curl -sS -X PATCH http://localhost:8001/services/a%27%3B%20rm%20-rf%20%2F -H 'Content-Type: application/json' "
            + """-d '{"id":"REPLACE_ME","tags":["it'\''s- $(x)"]}'"""));
    }

    [Test]
    public void Twenty_thousand_plugins_take_seconds_and_no_memory()
    {
        var rows = AdviceData.Rows.Where(r => r.Table == "plugins").ToList();
        rows.ForEach(r => Advisors[0].Examine(r.Table, r.Row));
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 20_000; i++)
        {
            Advisors[0].Examine("plugins", rows[i % rows.Count].Row);
        }

        // A second on an idle machine; the limit is for a busy one.
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(20)));
        Assert.That(GC.GetTotalMemory(forceFullCollection: true) - before, Is.LessThan(20_000_000));
    }

    [Test]
    public void A_regular_expression_of_a_megabyte_takes_no_time()
    {
        var path = "~/" + new string('{', 1_000_000) + "}";
        var row = new JsonObject { ["id"] = "r", ["paths"] = new JsonArray(path), ["protocols"] = new JsonArray("http") };
        var watch = Stopwatch.StartNew();
        Advisors[0].Examine("routes", row);
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(10)));
    }

    private static JsonNode? Mutate(JsonNode? node, Random random, int depth)
    {
        if (depth > 0 && random.Next(6) == 0)
        {
            return Any(random, 0);
        }

        return node switch
        {
            JsonObject members => new JsonObject(members.Where(_ => random.Next(20) > 0)
                .Select(m => KeyValuePair.Create(m.Key, Mutate(m.Value, random, depth + 1)))),
            JsonArray elements => new JsonArray([.. elements.Select(e => Mutate(e, random, depth + 1))]),
            _ => node?.DeepClone(),
        };
    }

    private static JsonNode? Any(Random random, int depth) => random.Next(depth > 3 ? 6 : 9) switch
    {
        0 => null,
        1 => JsonValue.Create(random.Next(2) == 0),
        2 => JsonValue.Create(random.Next(-2, 70_000)),
        3 => JsonValue.Create(random.NextDouble() * 1e300),
        4 or 5 => JsonValue.Create(Texts[random.Next(Texts.Length)]),
        6 or 7 => new JsonObject(Texts.Where(_ => random.Next(3) == 0).Select(t => KeyValuePair.Create(t, Any(random, depth + 1)))),
        _ => new JsonArray([.. Enumerable.Range(0, random.Next(3)).Select(_ => Any(random, depth + 1))]),
    };

    private static JsonObject Plugin(Random random)
    {
        var plugins = RowAdvisor.BundledPlugins;
        return new JsonObject
        {
            ["id"] = Any(random, 0),
            ["name"] = plugins[random.Next(plugins.Count)],
            ["config"] = Any(random, 0),
            ["protocols"] = Any(random, 0),
            ["consumer_id"] = Any(random, 0),
            ["tags"] = Any(random, 0),
        };
    }
}
