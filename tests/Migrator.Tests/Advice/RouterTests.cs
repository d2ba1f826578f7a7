using Migrator.Advice;
using Migrator.Advice.Syntax;

namespace Migrator.Tests.Advice;

/// <summary>What the routers make of routes: routes that stop the gateway, that are left out, or that match something else.</summary>
internal sealed class RouterTests
{
    [TestCase("hosts", """["a.example.test", null]""", "attempt to index local 'key' (a userdata value)")]
    [TestCase("methods", """[null, "GET"]""", "attempt to index local 'str' (a userdata value)")]
    [TestCase("paths", """["/a", null]""", "bad argument #1 to 'byte' (string expected, got userdata)")]
    [TestCase("snis", "[null]", "bad argument #1 to 'byte' (string expected, got userdata)")]
    [TestCase("headers", """{"x-a": "b"}""", "bad argument #1 to 'ipairs' (table expected, got string)")]
    [TestCase("headers", """{"x-a": [1]}""", "attempt to index local 'value' (a number value)")]
    [TestCase("headers", """{"x-a": ["b", null]}""", "bad argument #1 to 'byte' (string expected, got userdata)")]
    [TestCase("headers", """[["b"]]""", "attempt to index local 'str' (a number value)")]
    [TestCase("headers", "5", "bad argument #1 to 'isempty' (table expected, got number)")]
    [TestCase("sources", """[{"ip": true}]""", "bad argument #1 to 'find_str' (string expected, got boolean)")]
    [TestCase("destinations", """[{"ip": "10.0.0.1", "port": []}]""", "attempt to concatenate local 'port' (a table value)")]
    [TestCase("updated_at", "null", "bad argument #2 to 'max' (number expected, got nil)")]
    public void A_route_of_which_no_expression_can_be_made_stops_the_gateway(string field, string value, string problem)
    {
        var row = $$"""{"id": "r", "protocols": ["https"], "hosts": ["b.example.test"], "{{field}}": {{value}}}""";
        foreach (var flavor in (RouterFlavor[])[RouterFlavor.TraditionalCompatible, RouterFlavor.Expressions])
        {
            var finding = AdviceData.Examine("routes", row, flavor)[0];
            Assert.That(
                (finding.Effect, finding.Field, finding.Message),
                Is.EqualTo((Effect.StopsGateway, field, "could not create router: " + problem)));
            Assert.That(finding.Remedy, Does.StartWith("""UPDATE "public"."routes" SET """));
        }
    }

    [TestCase(RouterFlavor.Traditional)]
    [TestCase(RouterFlavor.TraditionalCompatible)]
    public void All_flaws_of_a_route_are_told_with_one_statement(RouterFlavor flavor)
    {
        const string row =
            """
            {"id": "r", "protocols": ["http"], "hosts": ["a.test", null], "headers": {"x-a": "b"}, "methods": [null], "paths": ["/", null]}
            """;
        var findings = AdviceData.Examine("routes", row, flavor);
        Assert.Multiple(() =>
        {
            Assert.That(
                findings.Where(f => f.Effect is Effect.StopsGateway).Select(f => f.Field),
                Is.EquivalentTo(new[] { "hosts", "headers", "methods", "paths" }));
            Assert.That(
                findings.Select(f => f.Remedy).Distinct(StringComparer.Ordinal).Single(),
                Does.Contain("hosts = ARRAY['a.test']").And.Contain("headers = '{\"x-a\":[\"b\"]}'::jsonb").And
                    .Contain("methods = NULL").And.Contain("paths = ARRAY['/']").And
                    .EndWith(" WHERE id = '00000000-0000-4000-8000-00000000000a';"));
        });
    }

    [Test]
    public void A_route_of_which_nothing_is_left_gets_a_host_that_no_request_has() => Assert.That(
        AdviceData.Examine("routes", """{"id": "r", "protocols": ["http"], "paths": [null], "methods": [null]}""")[0].Remedy,
        Does.Contain("hosts = ARRAY['unused.invalid']"));

    [TestCase("hosts")]
    [TestCase("paths")]
    [TestCase("sources")]
    public void An_empty_list_does_not_stop_the_gateway(string field) => Assert.That(
        AdviceData.Examine("routes", $$"""{"id": "r", "protocols": ["http"], "{{field}}": []}""").Select(f => f.Effect),
        Has.All.EqualTo(Effect.CannotEdit));

    [TestCase("[::1]", "expected rhs")]
    [TestCase("fe80::1/64", "host part of address was not zero")]
    [TestCase("10.0.0.1/0", "host part of address was not zero")]
    public void A_route_with_an_address_that_the_newer_routers_do_not_read_is_left_out(string address, string problem)
    {
        var row = $$$"""{"id": "r", "protocols": ["tcp"], "sources": [{"ip": "{{{address}}}"}]}""";
        Assert.That(
            AdviceData.Examine("routes", row, RouterFlavor.TraditionalCompatible).Select(f => f.Message),
            Does.Contain("could not add route: 00000000-0000-4000-8000-00000000000a, err: " + problem));
        Assert.That(AdviceData.Examine("routes", row), Is.Empty, "traditional");
    }

    [TestCase("fe80::/64")]
    [TestCase("10.0.0.1/8")]
    [TestCase("::1")]
    public void Other_addresses_are_read(string address) => Assert.That(
        AdviceData.Examine(
            "routes", $$$"""{"id": "r", "protocols": ["tcp"], "sources": [{"ip": "{{{address}}}"}]}""", RouterFlavor.TraditionalCompatible),
        Is.Empty);

    [TestCase(@"~*^\\D+$", @"~*^[^\\d]+$")]
    [TestCase(@"~*\\S\\W\\\\D", @"~*[^\\s][^\\w]\\\\D")]
    [TestCase(@"~*[\\D-]", "REPLACE_ME")]
    [TestCase(@"~*a\\B", "REPLACE_ME")]
    public void The_newer_routers_read_a_regular_expression_of_a_header_in_lower_case(string value, string corrected)
    {
        var row = $$$"""{"id": "r", "protocols": ["http"], "headers": {"x-a": ["b", "{{{value}}}"]}}""";
        var finding = AdviceData.Examine("routes", row, RouterFlavor.TraditionalCompatible).Single();
        Assert.Multiple(() =>
        {
            Assert.That((finding.Effect, finding.Field), Is.EqualTo((Effect.Behaviour, "headers.x-a")));
            Assert.That(finding.Message, Does.StartWith("the regular expression '").And.Contain("' is read as '"));
            Assert.That(finding.Remedy, Does.EndWith($$$"""-d '{"headers":{"x-a":["b","{{{corrected}}}"]}}'"""));
            Assert.That(AdviceData.Examine("routes", row), Is.Empty, "traditional");
        });
    }

    [TestCase(@"~*^\d+[A-Z]$")]
    [TestCase(@"~*\\D")]
    [TestCase(@"\D")]
    public void A_header_that_means_the_same_in_lower_case_is_let_through(string value) =>
        Assert.That(LoweredRegex.IsChanged(value) && value.StartsWith("~*", StringComparison.Ordinal), Is.False);

    [Test]
    public void A_regular_expression_that_only_PCRE1_takes_matches_nothing() => Assert.Multiple(() =>
    {
        Assert.That(
            AdviceData.Examine("routes", """{"id": "r", "protocols": ["http"], "paths": ["~/[\\w-.]"]}""").Select(f => (f.Effect, f.Field)),
            Is.EqualTo(new[] { (Effect.CannotEdit, "paths"), (Effect.Behaviour, "paths") }));
        Assert.That(
            AdviceData.ExaminePlugin("cors", """{"origins": ["[\\w-.]"]}""").Select(f => (f.Effect, f.Field)),
            Is.EqualTo(new[] { (Effect.CannotEdit, "config.origins"), (Effect.Behaviour, "config.origins") }));
        Assert.That(
            AdviceData.Examine("routes", """{"id": "r", "protocols": ["http"], "headers": {"x-a": ["~*[\\w-.]"]}}""").Single().Effect,
            Is.EqualTo(Effect.Behaviour));
    });

    [Test]
    public void Addresses_of_a_route_of_HTTP_are_not_dropped_without_the_operator()
    {
        var finding = AdviceData.Examine(
            "routes", """{"id": "r", "protocols": ["http"], "paths": ["/"], "sources": [{"ip": "10.0.0.1"}]}""").Single();
        Assert.That(finding.Why, Does.Contain("With null the route takes requests of every address"));
        Assert.That(finding.Remedy, Does.Contain("""{"sources":["REPLACE_ME"]}"""));
    }
}
