using System.Diagnostics;
using Migrator.Native;

namespace Migrator.Tests.Advice;

/// <summary>Patterns match as those of LuaJIT.</summary>
internal sealed class LuaPatternTests
{
    [TestCase("^%u+$", "GET", "GET")]
    [TestCase("^%u+$", "Get", null)]
    [TestCase("^[^*&%%\\`]+$", "/var/log/a.log", "/var/log/a.log")]
    [TestCase("^[^*&%%\\`]+$", "/var/*.log", null)]
    [TestCase("^[a-z][a-z%d-]-[a-z%d]+$", "env-1", "env-1")]
    [TestCase("^[a-z][a-z%d-]-[a-z%d]+$", "e-", null)]
    [TestCase("%.%.", "1..2", "..")]
    [TestCase("^%*%.", "*.example", "*.")]
    [TestCase("%.%*$", "example.*", ".*")]
    [TestCase("^([^:]+):*(.-)$", "x-a:b:c", "x-a|b:c")]
    [TestCase("^([^:]+):*(.-)$", ":b", null)]
    [TestCase("%b()", "f(a(b)c)d", "(a(b)c)")]
    [TestCase("%f[%w]%w+", "--ab--", "ab")]
    [TestCase("(a*(.)%w(%s*))", "aab  c", "aab  |a|  ")]
    [TestCase("(.)%1", "abccd", "c")]
    [TestCase("[]]", "a]b", "]")]
    [TestCase("[^]]+", "]ab", "ab")]
    [TestCase("[%w%-]+", "--a-b..", "--a-b")]
    [TestCase("[a-]+", "b-a-c", "-a-")]
    [TestCase("a-b", "aaab", "aaab")]
    [TestCase("a?b", "cb", "b")]
    [TestCase("$", "abc", "")]
    [TestCase("a$b", "a$b", "a$b")]
    [TestCase("()b", "ab", "")]
    [TestCase("é", "café", "é")]
    public void A_pattern_finds_what_Lua_finds(string pattern, string text, string? captures) =>
        Assert.That(new LuaPattern(pattern).Captures(text) is { } found ? string.Join('|', found) : null, Is.EqualTo(captures));

    [Test]
    public void A_pattern_looks_at_bytes() =>
        Assert.That(new LuaPattern("^..$").IsIn("é"), Is.True);

    [TestCase("(")]
    [TestCase(")")]
    [TestCase("[a")]
    [TestCase("%")]
    [TestCase("%f")]
    [TestCase("%ba")]
    [TestCase("(a")]
    [TestCase("%1")]
    public void A_malformed_pattern_has_no_answer(string pattern) =>
        Assert.That(new LuaPattern(pattern).IsIn("aaa"), Is.Null);

    [Test]
    public void A_search_in_a_long_text_ends_soon()
    {
        // The pattern of the schemas that takes the most steps.
        var watch = Stopwatch.StartNew();
        Assert.Multiple(() =>
        {
            Assert.That(new LuaPattern("%w*%p*@+%w*%.?%w*").IsIn(new string('a', LuaPattern.MaxText)), Is.False);
            Assert.That(new LuaPattern("%w*%p*@+%w*%.?%w*").IsIn(new string('a', LuaPattern.MaxText + 1)), Is.Null);
            Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(5)));
        });
    }
}
