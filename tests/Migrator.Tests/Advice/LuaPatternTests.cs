using System.Diagnostics;
using Migrator.Advice.LuaPatterns;

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
        Assert.That(new LuaPattern("^..$").Match("é"), Is.EqualTo(MatchResult.Match));

    [TestCase("(")]
    [TestCase(")")]
    [TestCase("[a")]
    [TestCase("%")]
    [TestCase("%f")]
    [TestCase("%ba")]
    [TestCase("(a")]
    [TestCase("%1")]
    public void A_malformed_pattern_has_no_answer(string pattern) =>
        Assert.That(new LuaPattern(pattern).Match("aaa"), Is.EqualTo(MatchResult.Unknown));

    [Test]
    public void A_search_that_would_never_end_is_given_up()
    {
        var watch = Stopwatch.StartNew();
        var result = new LuaPattern(string.Concat(Enumerable.Repeat("a*", 30)) + "b").Match(new string('a', 10_000));
        Assert.Multiple(() =>
        {
            Assert.That(result, Is.EqualTo(MatchResult.Unknown));
            Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(5)));
        });
    }
}
