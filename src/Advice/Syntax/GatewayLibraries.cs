using Migrator.Native;

namespace Migrator.Advice.Syntax;

/// <summary>
/// What the gateway's LuaJIT and PCRE2 say. They are not those of this program: Kong 3.9 has OpenResty's LuaJIT, which is built with
/// LUAJIT_ENABLE_LUA52COMPAT, and PCRE2 10.44 (its build's .requirements). Debian 12 has LuaJIT 2.1 without that option, and PCRE2 10.42.
/// What differs is here. Where the answer of the gateway is not known, a text is let through.
/// </summary>
internal static class GatewayLibraries
{
    // Errors of pcre2_compile, as pcre2.h numbers them.
    private const int UnknownOption = 111;
    private const int VariableLookbehind = 125;
    private const int NoSuchEscape = 137;
    private const int NameTooLong = 148;
    private const int NoName = 162;
    private const int NoOctalDigit = 164;
    private const int NoHexDigit = 167;

    private const string Goto = "goto";

    // A reserved word of the same length.
    private const string Reserved = "then";

    /// <summary>Checks the syntax of a chunk of Lua.</summary>
    /// <param name="source">The chunk.</param>
    /// <param name="name">Its name in the message, after an equals sign; null for its first line.</param>
    /// <returns>The compiler's message; null if the chunk is valid, or if that is not known.</returns>
    public static string? CheckLua(string source, string? name = null) => Lua.Check(source, name) is { } diagnostic
        ? IsOfLua52(source, diagnostic) ? null : diagnostic
        : CheckGoto(source, name);

    /// <summary>Checks a regular expression.</summary>
    /// <returns>What PCRE2 says, in the words of OpenResty; null if the expression is valid, or if that is not known.</returns>
    public static string? CheckRegex(string regex)
    {
        if (Pcre2.Compile(regex) is not { } error || IsOfNewerPcre2(regex, error))
        {
            return null;
        }

        var rest = error.Rest.Length > 0 ? $" at \"{error.Rest}\"" : "";
        return $"pcre2_compile() failed: {error.Message} in \"{regex}\"{rest}";
    }

    // Lua 5.2 has empty statements, calls whose parentheses are on another line, and a break that need not be the last statement.
    private static bool IsOfLua52(string source, string diagnostic)
    {
        if (diagnostic.EndsWith("unexpected symbol near ';'", StringComparison.Ordinal)
            || diagnostic.Contains("ambiguous syntax", StringComparison.Ordinal))
        {
            return true;
        }

        const string Near = " expected near '";
        var near = diagnostic.LastIndexOf(Near, StringComparison.Ordinal);
        var token = near < 0 ? "" : diagnostic[(near + Near.Length)..^1];
        for (var i = source.IndexOf("break", StringComparison.Ordinal); token.Length > 0 && i >= 0;)
        {
            var rest = source.AsSpan(i + "break".Length).TrimStart("; \t\r\n");
            if (rest.StartsWith(token, StringComparison.Ordinal))
            {
                return true;
            }

            i = source.IndexOf("break", i + 1, StringComparison.Ordinal);
        }

        return false;
    }

    // In Lua 5.2 goto is no name. With a reserved word in its place the chunk is valid only if it stands in a text or a comment.
    private static string? CheckGoto(string source, string? name)
    {
        var changed = source.ToCharArray();
        for (var i = source.IndexOf(Goto, StringComparison.Ordinal); i >= 0; i = source.IndexOf(Goto, i + 1, StringComparison.Ordinal))
        {
            var end = i + Goto.Length;
            var label = source.AsSpan(end).TrimStart();
            var isWord = (i == 0 || !IsOfName(source[i - 1])) && (end == source.Length || !IsOfName(source[end]));
            if (isWord && (label.IsEmpty || !IsOfName(label[0]) && !label.StartsWith("--", StringComparison.Ordinal)))
            {
                Reserved.CopyTo(changed.AsSpan(i));
            }
        }

        return changed.AsSpan().SequenceEqual(source) ? null
            : Lua.Check(new string(changed), name ?? source)?.Replace($"near '{Reserved}'", $"near '{Goto}'", StringComparison.Ordinal);
    }

    private static bool IsOfName(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or > '\u007f';

    // 10.43 has the options (?a) and (?r), blanks in braces, and lookbehind of a variable length up to 255; 10.44 names up to 128.
    private static bool IsOfNewerPcre2(string regex, RegexError error) => error.Code switch
    {
        UnknownOption => regex[..^error.Rest.Length] is [.., 'a' or 'r'] || error.Rest is ['a' or 'r', ..],
        VariableLookbehind => IsLimited(error.Rest),
        NameTooLong => true,
        NoSuchEscape or NoName or NoOctalDigit or NoHexDigit => error.Rest is [' ' or '\t', ..] or ['{', ' ' or '\t', ..],
        _ => false,
    };

    // Whether a group, at the start of a text, has nothing in it that may be of any length.
    private static bool IsLimited(string group)
    {
        var depth = 0;
        for (var i = 0; i < group.Length; i++)
        {
            switch (group[i])
            {
                case '\\' when ++i < group.Length && group[i] == 'X':
                case '*' or '+':
                case ',' when i + 1 < group.Length && group[i + 1] == '}':
                    return false;
                case '[':
                    return true;
                case '(':
                    depth++;
                    break;
                case ')' when --depth <= 0:
                    return true;
            }
        }

        return true;
    }
}
