using Migrator.Advice.LuaSource;
using Migrator.Advice.Regexes;

namespace Migrator.Tests.Advice;

/// <summary>Lua source and regular expressions: what is certainly wrong is found, anything else is let through.</summary>
internal sealed class SyntaxTests
{
    [TestCase("x y", "[string \"x y\"]:1: '=' expected near 'y'")]
    [TestCase("local function f(", "[string \"local function f(\"]:1: '<name>' expected near '<eof>'")]
    [TestCase("if a then", "[string \"if a then\"]:1: 'end' expected near '<eof>'")]
    [TestCase("return {1, 2", "[string \"return {1, 2\"]:1: '}' expected near '<eof>'")]
    [TestCase("a = 1\nb = = 2", "[string \"a = 1...\"]:2: unexpected symbol near '='")]
    [TestCase("x = 'a", "[string \"x = 'a\"]:1: unfinished string near '<eof>'")]
    [TestCase("x = [[a", "[string \"x = [[a\"]:1: unfinished long string near '<eof>'")]
    [TestCase("x = 0x1G", "[string \"x = 0x1G\"]:1: malformed number near '0x1G'")]
    [TestCase("a != b", "[string \"a != b\"]:1: '=' expected near '!'")]
    [TestCase("f() = 1", "[string \"f() = 1\"]:1: syntax error near '='")]
    [TestCase("break", "[string \"break\"]:1: break outside a loop at line 1")]
    [TestCase("local x <const> = 1", "[string \"local x <const> = 1\"]:1: unexpected symbol near '<'")]
    public void Broken_Lua_is_found_with_the_compilers_words(string source, string problem) =>
        Assert.That(LuaSyntax.Check(source), Is.EqualTo(problem));

    [TestCase("")]
    [TestCase("return")]
    [TestCase("return function() kong.log('x') end")]
    [TestCase("#!/usr/bin/lua\nreturn 1")]
    [TestCase("local t = {['a'] = 1, b = 2; 3, [f()] = g 'x' {}}\nfor k, v in pairs(t) do if k then goto next end ::next:: end")]
    [TestCase("while true do local f = function(a, ...) return select('#', ...) end break end")]
    [TestCase("a.b['c']:d(1)(2).e, f = not x and -y ^ 2 .. 'z', 0x1p4, 5LL -- comment")]
    [TestCase("--[==[ long ]] comment ]==] repeat local x = [[\n]] until x == nil")]
    [TestCase("return \"\\065\\x41\\z   b\\u{20AC}\"")]
    [TestCase("kong.response.set_header('x', ngx.var.host):y 'z'")]
    public void Valid_Lua_is_let_through(string source) => Assert.That(LuaSyntax.Check(source), Is.Null);

    [Test]
    public void Lua_that_is_too_deep_or_bytecode_is_let_through() => Assert.Multiple(() =>
    {
        Assert.That(LuaSyntax.Check(new string('(', 100_000)), Is.Null);
        Assert.That(LuaSyntax.Check("\u001bLJ"), Is.Null);
    });

    [TestCase("(a", "missing closing parenthesis")]
    [TestCase("a)", "unmatched closing parenthesis")]
    [TestCase("[a", "missing terminating ] for character class")]
    [TestCase("*a", "quantifier does not follow a repeatable item")]
    [TestCase("a{2,1}", "numbers out of order in {} quantifier")]
    [TestCase("[z-a]", "range out of order in character class")]
    [TestCase("[\\w-.]", "invalid range in character class")]
    [TestCase("[[:foo:]]", "unknown POSIX class name")]
    [TestCase("a\\", "\\ at end of pattern")]
    [TestCase("\\y", "unrecognized character follows \\")]
    [TestCase("(a)\\2", "reference to non-existent subpattern")]
    [TestCase("(?<1a>x)", "subpattern name must start with a non-digit")]
    [TestCase("(?'a", "syntax error in subpattern name (missing terminator?)")]
    public void A_broken_regular_expression_is_found_with_the_words_of_PCRE2(string regex, string problem) =>
        Assert.That(PcreSyntax.Check(regex), Does.StartWith($"pcre2_compile() failed: {problem} in \"{regex}\""));

    [TestCase("^/a/(?<id>\\d+)(?:/b)?$")]
    [TestCase("(?i)[[:alpha:]_.-]+?")]
    [TestCase("(?P<n>a)\\k<n>(?=b)(?!c)(?<=d)(?>e)++")]
    [TestCase("a{2}{,3}{x}\\Q(\\E(?#()b*")]
    [TestCase("(?(1)a|b)(?R)(*UTF)\\p{L}\\x{41}")]
    [TestCase("[]a][^]b]\\[\\]")]
    public void A_regular_expression_that_PCRE2_may_accept_is_let_through(string regex) =>
        Assert.That(PcreSyntax.Check(regex), Is.Null);

    [TestCase("/a(?=b)")]
    [TestCase("/(?<!a)b")]
    [TestCase("/(a)\\1")]
    [TestCase("/[\\1]")]
    [TestCase("/(?>a)")]
    [TestCase("/(?#a)")]
    [TestCase("/a{,3}")]
    [TestCase("/{id}")]
    [TestCase("/\\h\\R")]
    [TestCase("/[\\w-.]")]
    [TestCase("/[z-a]")]
    [TestCase("/a(*SKIP)b")]
    [TestCase("/(?i-i)a")]
    [TestCase("/\\w{1,255}")]
    [TestCase("/(")]
    [TestCase("/[a")]
    [TestCase("/\\")]
    [TestCase("/a)")]
    public void What_PCRE_has_and_Rust_does_not_is_not_for_the_newer_routers(string regex) =>
        Assert.That(RustRegex.Check(regex), Is.Not.Null);

    [TestCase("/a/(?<id>[^/]+)(?:x|y)\\d[(?=]")]
    [TestCase("/a{ 1 , 2 }\\>\\%[--a]]\\b{start}(?i)[[:alpha:]&&[^b]]")]
    [TestCase("/a{65535}\\pL{1,200}")]
    [TestCase("/\\(?=a")]
    public void Other_regular_expressions_are(string regex) => Assert.That(RustRegex.Check(regex), Is.Null);
}
