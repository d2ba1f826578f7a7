using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Migrator.Advice;
using Migrator.Advice.Values;

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
    public void Of_two_members_of_one_name_the_last_counts() => Assert.That(
        AdviceData.ExaminePlugin("cors", """{"max_age": "x", "max_age": 2}"""), Is.Empty);

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

    private static IEnumerable<TestCaseData> LongSources() => new (string Name, string Plugin, object Config)[]
    {
        ("a number", "pre-function", new { access = new[] { "return " + new string('1', 1_000_000) + "g" } }),
        ("a hexadecimal number", "pre-function", new { access = new[] { "return 0x" + new string('a', 1_000_000) + "g" } }),
        ("long brackets", "pre-function", new { access = new[] { string.Concat(Enumerable.Repeat("[=[", 300_000)) } }),
        ("open templates", "request-transformer", new { add = new { body = new[] { "a:" + Repeat("$(", 500_000) } } }),
        ("nested templates", "request-transformer",
            new { add = new { body = new[] { "a:" + Repeat("$(", 300_000) + new string(')', 300_000) } } }),
        ("templates", "request-transformer", new { add = new { body = new[] { "a:" + Repeat("$(a)", 200_000) } } }),
        ("a header", "response-transformer", new { add = new { headers = new[] { "a:" + new string('x', 1_000_000) } } }),
        ("class openings", "cors", new { origins = new[] { Repeat("[[:", 300_000) } }),
        ("classes of every kind", "cors", new { origins = new[] { Repeat("[:[.[=", 150_000) } }),
        ("look-behinds", "cors", new { origins = new[] { Repeat("(?<=a", 200_000) } }),
        ("wrong elements", "cors", new { methods = Enumerable.Repeat("x", 200_000).Select((x, i) => x + i) }),
        ("wrong members", "cors", Enumerable.Range(0, 100_000).ToDictionary(i => $"m{i}", i => i, StringComparer.Ordinal)),
        ("a wrong name", "cors", new Dictionary<string, int>(StringComparer.Ordinal) { [new string('m', 1_000_000)] = 1 }),
        ("static tags", "zipkin", new { static_tags = Enumerable.Range(0, 50_000).Select(i => new { name = "a", value = "b" }) }),
    }.Select(c => new TestCaseData(c.Plugin, JsonSerializer.Serialize(c.Config)).SetArgDisplayNames(c.Name));

    [TestCaseSource(nameof(LongSources))]
    public void A_value_of_a_megabyte_takes_no_time_and_its_findings_are_short(string plugin, string config)
    {
        var watch = Stopwatch.StartNew();
        var findings = AdviceData.ExaminePlugin(plugin, config);
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(20)));
        AssertShort(findings);
    }

    private static IEnumerable<TestCaseData> LongRoutes() => new (string Name, object Route)[]
    {
        ("a path", new { paths = new[] { "/a//" + new string('b', 1_000_000) } }),
        ("dots", new { paths = new[] { Repeat("/..", 300_000) } }),
        ("percent signs", new { paths = new[] { "/" + Repeat("%2", 400_000) } }),
        ("a host", new { hosts = new[] { Repeat("a.", 400_000) + "-" } }),
        ("colons", new { hosts = new[] { new string(':', 1_000_000) } }),
        ("ports", new { hosts = new[] { "a" + Repeat(":1", 400_000) } }),
        ("hosts", new { hosts = Enumerable.Repeat("a b", 200_000) }),
        ("headers", new { headers = Enumerable.Range(0, 50_000).ToDictionary(i => $"h {i}", _ => new[] { "x" }, StringComparer.Ordinal) }),
        ("sources", new { sources = Enumerable.Repeat(new { ip = "x" }, 50_000) }),
        ("tags", new { paths = new[] { "/" }, tags = Enumerable.Range(0, 200_000).Select(i => $",{i}") }),
        ("a name", new { paths = new[] { "/" }, name = new string('/', 1_000_000) }),
    }.Select(c => new TestCaseData(JsonSerializer.Serialize(c.Route)).SetArgDisplayNames(c.Name));

    [TestCaseSource(nameof(LongRoutes))]
    public void A_route_of_a_megabyte_takes_no_time_and_its_findings_are_short(string route)
    {
        var row = JsonNode.Parse(route)!.AsObject();
        row["id"] = "00000004-0000-4000-8000-0000000000ff";
        row["protocols"] = new JsonArray("http");
        var watch = Stopwatch.StartNew();
        foreach (var advisor in Advisors)
        {
            AssertShort(advisor.Examine("routes", row));
        }

        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(20)));
    }

    [Test]
    public void Of_a_row_with_many_mistakes_a_hundred_are_told_and_that_there_are_more()
    {
        var hosts = new JsonArray([.. Enumerable.Repeat(0, 300).Select(_ => JsonValue.Create("a b"))]);
        var row = new JsonObject { ["id"] = "r", ["hosts"] = hosts, ["protocols"] = new JsonArray("http"), ["tags"] = hosts.DeepClone() };
        row["tags"] = new JsonArray([.. Enumerable.Range(0, 300).Select(i => JsonValue.Create($",{i}"))]);
        var findings = Advisors[0].Examine("routes", row);
        Assert.That(findings, Has.Count.LessThan(110));
        Assert.That(findings[^1].Message, Is.EqualTo("and more"));
        Assert.That(findings.Select(f => f.Remedy).Distinct(StringComparer.Ordinal),
            Is.EqualTo(["curl -sS http://localhost:8001/routes/r"]));
    }

    [TestCase("\"\\ud800\"")]
    [TestCase("\"\\udc00x\"")]
    [TestCase("{\"\\ud800\\ud800\": 1}")]
    public void Half_a_surrogate_pair_is_no_JSON_to_the_gateway_either(string value)
    {
        Assert.That(() => KongValue.Parse(Encoding.UTF8.GetBytes(value)), Throws.TypeOf<UnreadableJsonException>());
        var row = new JsonObject { ["id"] = "k", ["kid"] = "a", ["jwk"] = $"{{\"kid\": \"a\", \"x\": {value}}}" };
        Assert.That(Advisors[0].Examine("keys", row).Select(f => f.Message), Does.Contain("could not json decode jwk string"));
    }

    [TestCase(1000, true)]
    [TestCase(1001, false)]
    [TestCase(100_000, false)]
    public void A_value_is_read_as_deep_as_the_gateway_reads_it(int levels, bool isRead)
    {
        var json = Encoding.UTF8.GetBytes($"{{\"config\": {new string('[', levels)}{new string(']', levels)}}}");
        Assert.That(() => KongValue.Parse(json), isRead ? Throws.Nothing
            : Throws.TypeOf<UnreadableJsonException>().With.Message.EqualTo("It is nested more than 1,000 levels deep."));
    }

    [TestCase("1e400", double.PositiveInfinity)]
    [TestCase("-1e400", double.NegativeInfinity)]
    [TestCase("1e-400", 0)]
    public void A_number_beyond_a_double_is_what_the_gateway_makes_of_it(string number, double value) =>
        Assert.That(KongValue.Parse(Encoding.UTF8.GetBytes(number)), Is.EqualTo(value));

    [Test]
    public void A_number_of_many_digits_is_read() => Assert.That(
        KongValue.Parse(Encoding.UTF8.GetBytes(new string('9', 131_072))), Is.EqualTo(double.PositiveInfinity));

    [Test]
    public void A_rule_that_does_not_end_is_not_waited_for_and_other_rows_are_examined()
    {
        using var forever = new ManualResetEventSlim();
        var calls = 0;
        var rules = new TimedRules(() => Rules, TimeSpan.FromMilliseconds(50));
        var row = new byte[100_000];
        Assert.Multiple(() =>
        {
            Assert.That(Enumerable.Range(0, 20).Select(_ => rules.Examine("slow", row)), Has.All.Null);
            Assert.That(calls, Is.LessThan(10), "no more threads are started");
            Assert.That(rules.Examine("routes", new byte[10]), Is.Empty);
            Assert.That(
                () => new TimedRules(() => Rules, TimeSpan.FromMinutes(1)).Examine("wrong", row),
                Throws.TypeOf<InvalidOperationException>());
        });
        forever.Set();

        IReadOnlyList<Finding> Rules(string table, byte[] json)
        {
            if (table == "slow")
            {
                Interlocked.Increment(ref calls);
                forever.Wait();
            }

            return table == "wrong" ? throw new InvalidOperationException("wrong") : [];
        }
    }

    private static void AssertShort(IReadOnlyList<Finding> findings) => Assert.Multiple(() =>
    {
        Assert.That(findings, Has.Count.LessThan(110));
        foreach (var finding in findings)
        {
            Assert.That(finding.Length, Is.LessThan(40_000));
            Assert.That((finding.Field ?? "").Length + (finding.Name ?? "").Length, Is.LessThan(3000));
        }
    });

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));

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
