using Migrator.Advice.Syntax;
using Migrator.Native;

namespace Migrator.Tests.Advice;

/// <summary>Lua source and regular expressions: the gateway's libraries judge them.</summary>
internal sealed class SyntaxTests
{
    [TestCase("x y", "[string \"x y\"]:1: '=' expected near 'y'")]
    [TestCase("local function f(", "[string \"local function f(\"]:1: <name> or '...' expected near '<eof>'")]
    [TestCase("if a then", "[string \"if a then\"]:1: 'end' expected near '<eof>'")]
    [TestCase("return {1, 2", "[string \"return {1, 2\"]:1: '}' expected near '<eof>'")]
    [TestCase("a = 1\nb = = 2", "[string \"a = 1...\"]:2: unexpected symbol near '='")]
    [TestCase("x = 'a", "[string \"x = 'a\"]:1: unfinished string near '<eof>'")]
    [TestCase("x = [[a", "[string \"x = [[a\"]:1: unfinished long string near '<eof>'")]
    [TestCase("x = 0x1G", "[string \"x = 0x1G\"]:1: malformed number near '0x1G'")]
    [TestCase("a != b", "[string \"a != b\"]:1: '=' expected near '!'")]
    [TestCase("f() = 1", "[string \"f() = 1\"]:1: unexpected symbol near '='")]
    [TestCase("break", "[string \"break\"]:1: no loop to break")]
    [TestCase("local x <const> = 1", "[string \"local x <const> = 1\"]:1: unexpected symbol near '<'")]
    public void Broken_Lua_is_found_with_the_compilers_words(string source, string problem) =>
        Assert.That(GatewayLibraries.CheckLua(source), Is.EqualTo(problem));

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
    public void Valid_Lua_is_let_through(string source) => Assert.That(GatewayLibraries.CheckLua(source), Is.Null);

    [Test]
    public void Lua_that_is_too_deep_is_refused_and_bytecode_is_let_through() => Assert.Multiple(() =>
    {
        Assert.That(GatewayLibraries.CheckLua(new string('(', 100_000)), Does.EndWith(":1: chunk has too many syntax levels"));
        Assert.That(GatewayLibraries.CheckLua("\u001bLJ"), Is.Null);
        Assert.That(GatewayLibraries.CheckLua("x = = 1" + new string(' ', 1 << 20)), Is.Null);
    });

    [TestCase(";;")]
    [TestCase("x = 1;;")]
    [TestCase("f\n(x)")]
    [TestCase("for i = 1, 2 do break x = 1 end")]
    [TestCase("for i = 1, 2 do break; x = 1 end")]
    [TestCase("goto a; x = 'goto = 1' ::a::")]
    public void Lua_that_only_the_gateways_compiler_takes_is_let_through(string source) =>
        Assert.That(GatewayLibraries.CheckLua(source), Is.Null);

    [TestCase("goto = 1")]
    [TestCase("local goto = 1")]
    [TestCase("return a.goto")]
    public void Goto_is_no_name_to_the_gateways_compiler(string source) =>
        Assert.That(GatewayLibraries.CheckLua(source), Does.EndWith(" near 'goto'"));

    [Test]
    public void A_chunk_is_not_run()
    {
        Assert.That(GatewayLibraries.CheckLua("string.match = nil; tonumber = nil; error('x')"), Is.Null);
        Assert.That(GatewayLibraries.CheckLua("while true do end"), Is.Null);
        Assert.That(LuaNumber.TryParse("0x10", out var number) ? number : 0, Is.EqualTo(16));
    }

    [Test]
    public void The_state_has_nothing_that_reads_files_or_calls_the_system() => Assert.That(
        Lua.Run("return io, os, package, require, ffi, jit, debug, dofile, loadfile, load, loadstring, string.match"),
        Is.EqualTo(new string?[] { null, null, null, null, null, null, null, null, null, null, null, "" }));

    [Test]
    public void A_chunk_that_fails_has_no_result() => Assert.Multiple(() =>
    {
        Assert.That(Lua.Run("error('x')"), Is.Null);
        Assert.That(Lua.Run("x ="), Is.Null);
        Assert.That(Lua.Run("return #" + Lua.Quote("\0\n\r\"\\]é") + " .. ''"), Is.EqualTo(new[] { "8" }));
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
        Assert.That(GatewayLibraries.CheckRegex(regex), Does.StartWith($"pcre2_compile() failed: {problem} in \"{regex}\""));

    [TestCase("^/a/(?<id>\\d+)(?:/b)?$")]
    [TestCase("(?i)[[:alpha:]_.-]+?")]
    [TestCase("(?P<n>a)\\k<n>(?=b)(?!c)(?<=d)(?>e)++")]
    [TestCase("a{2}{,3}{x}\\Q(\\E(?#()b*")]
    [TestCase("(*UTF)(a)?(?(1)a|b)(?R)?\\p{L}\\x{41}")]
    [TestCase("[]a][^]b]\\[\\]")]
    public void A_regular_expression_that_PCRE2_may_accept_is_let_through(string regex) =>
        Assert.That(GatewayLibraries.CheckRegex(regex), Is.Null);

    [TestCase("(?r)a")]
    [TestCase("(?a)a")]
    [TestCase("(?aP)")]
    [TestCase("(?<n>a)\\k{ n }")]
    [TestCase("\\x{ 41 }")]
    [TestCase("(?<=a{1,2})")]
    [TestCase("(?<=(a|bc))d")]
    [TestCase("(?<aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa>x)")]
    public void A_regular_expression_of_the_gateways_newer_PCRE2_is_let_through(string regex) =>
        Assert.That(GatewayLibraries.CheckRegex(regex), Is.Null);

    [TestCase("(?<=a*)b")]
    [TestCase("(?<=(?:a|b+))c")]
    [TestCase("(?<=a{2,})")]
    [TestCase("(?<=\\X)")]
    [TestCase("\\x{g}")]
    public void Other_forms_of_them_are_refused(string regex) => Assert.That(GatewayLibraries.CheckRegex(regex), Is.Not.Null);

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
