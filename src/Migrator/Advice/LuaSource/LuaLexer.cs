using System.Globalization;
using System.Text.RegularExpressions;

namespace Migrator.Advice.LuaSource;

/// <summary>Splits Lua source into tokens, as LuaJIT does.</summary>
internal sealed partial class LuaLexer
{
    private static readonly HashSet<string> Keywords = new(StringComparer.Ordinal)
    {
        "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "if", "in", "local", "nil", "not", "or", "repeat",
        "return", "then", "true", "until", "while",
    };

    private static readonly string[] Signs =
    [
        "...", "..", "==", "~=", "<=", ">=", "::", "+", "-", "*", "/", "%", "^", "#", "<", ">", "=", "(", ")", "{", "}", "[", "]", ";", ":",
        ",", ".",
    ];

    private readonly string source;
    private int position;

    /// <summary>Takes the source.</summary>
    public LuaLexer(string source)
    {
        this.source = source;
        if (source.StartsWith('\u001b'))
        {
            // Bytecode.
            throw new LuaSyntaxException(null);
        }

        position = source.StartsWith('\ufeff') ? 1 : 0;
        if (source.AsSpan(position) is ['#', ..])
        {
            SkipLine();
        }
    }

    /// <summary>The line of the last token.</summary>
    public int Line { get; private set; } = 1;

    /// <summary>Reads the next token.</summary>
    public LuaToken Next()
    {
        SkipSpace();
        if (position >= source.Length)
        {
            return new LuaToken(LuaTokenKind.End, "<eof>");
        }

        var start = position;
        var c = source[position];
        if (IsNameStart(c))
        {
            while (position < source.Length && (IsNameStart(source[position]) || char.IsAsciiDigit(source[position])))
            {
                position++;
            }

            var name = source[start..position];
            return new LuaToken(Keywords.Contains(name) ? LuaTokenKind.Keyword : LuaTokenKind.Name, name);
        }

        if (char.IsAsciiDigit(c) || c == '.' && char.IsAsciiDigit(Peek(1)))
        {
            return Number();
        }

        switch (c)
        {
            case '"' or '\'':
                return String(c);
            case '[' when LongBracket(position) is { } level:
                SkipLong(level, "unfinished long string");
                return new LuaToken(LuaTokenKind.String, source[start..position]);
        }

        // The parser refuses what is no sign of Lua.
        var sign = Array.Find(Signs, s => string.CompareOrdinal(source, position, s, 0, s.Length) == 0) ?? Shown(c);
        position += sign.Length == 0 || !Signs.Contains(sign, StringComparer.Ordinal) ? 1 : sign.Length;
        return new LuaToken(LuaTokenKind.Sign, sign);
    }

    /// <summary>An error at the current line.</summary>
    public LuaSyntaxException Error(string message) =>
        new(string.Create(CultureInfo.InvariantCulture, $"[string \"{ChunkName()}\"]:{Line}: {message}"));

    // LuaJIT's name of a chunk: its first line, cut.
    private string ChunkName()
    {
        const int longest = 48;
        var length = 0;
        while (length < longest && length < source.Length && source[length] >= ' ')
        {
            length++;
        }

        return length == source.Length ? source : source[..Math.Min(length, longest - 3)] + "...";
    }

    private void SkipSpace()
    {
        while (position < source.Length)
        {
            switch (source[position])
            {
                case '\n' or '\r':
                    NewLine();
                    break;
                case ' ' or '\t' or '\v' or '\f':
                    position++;
                    break;
                case '-' when Peek(1) == '-':
                    position += 2;
                    if (position < source.Length && source[position] == '[' && LongBracket(position) is { } level)
                    {
                        SkipLong(level, "unfinished long comment");
                    }
                    else
                    {
                        SkipLine();
                    }

                    break;
                default:
                    return;
            }
        }
    }

    private void SkipLine()
    {
        while (position < source.Length && source[position] is not ('\n' or '\r'))
        {
            position++;
        }
    }

    private void NewLine()
    {
        var first = source[position++];
        if (position < source.Length && source[position] is '\n' or '\r' && position < source.Length && source[position] != first)
        {
            position++;
        }

        Line++;
    }

    // The number of equals signs of an opening long bracket; null if there is none.
    private int? LongBracket(int start)
    {
        var i = start + 1;
        while (i < source.Length && source[i] == '=')
        {
            i++;
        }

        if (i < source.Length && source[i] == '[')
        {
            return i - start - 1;
        }

        return null;
    }

    private void SkipLong(int level, string problem)
    {
        var close = "]" + new string('=', level) + "]";
        var end = source.IndexOf(close, position + level + 2, StringComparison.Ordinal);
        if (end < 0)
        {
            Line += source.AsSpan(position).Count('\n');
            throw Error($"{problem} near '<eof>'");
        }

        Line += source.AsSpan(position, end - position).Count('\n');
        position = end + close.Length;
    }

    private LuaToken Number()
    {
        var start = position;
        var isHex = source[position] == '0' && Peek(1) is 'x' or 'X';
        while (position < source.Length)
        {
            var c = source[position];
            var isSign = c is '+' or '-' && position > start
                && (isHex ? source[position - 1] is 'p' or 'P' : source[position - 1] is 'e' or 'E');
            if (!char.IsAsciiLetterOrDigit(c) && c != '.' && c != '_' && !isSign)
            {
                break;
            }

            position++;
        }

        var text = source[start..position];
        return NumberFormat().IsMatch(text)
            ? new LuaToken(LuaTokenKind.Number, text)
            : throw Error($"malformed number near '{text}'");
    }

    private LuaToken String(char quote)
    {
        var start = position++;
        while (true)
        {
            if (position >= source.Length)
            {
                throw Error("unfinished string near '<eof>'");
            }

            var c = source[position];
            if (c == quote)
            {
                position++;
                return new LuaToken(LuaTokenKind.String, source[start..position]);
            }

            if (c is '\n' or '\r')
            {
                throw Error($"unfinished string near '{source[start..position]}'");
            }

            position++;
            if (c == '\\')
            {
                Escape(start);
            }
        }
    }

    private void Escape(int start)
    {
        var c = Peek(0);
        switch (c)
        {
            case 'a' or 'b' or 'f' or 'n' or 'r' or 't' or 'v' or '\\' or '"' or '\'':
                position++;
                break;
            case '\n' or '\r':
                NewLine();
                break;
            case 'x' when char.IsAsciiHexDigit(Peek(1)) && char.IsAsciiHexDigit(Peek(2)):
                position += 3;
                break;
            case 'u' when Peek(1) == '{':
                position += 2;
                break;
            case 'z':
                position++;
                while (position < source.Length && char.IsWhiteSpace(source[position]))
                {
                    if (source[position] is '\n' or '\r')
                    {
                        NewLine();
                    }
                    else
                    {
                        position++;
                    }
                }

                break;
            case >= '0' and <= '9':
                var digits = 0;
                var value = 0;
                while (digits < 3 && char.IsAsciiDigit(Peek(0)))
                {
                    value = value * 10 + (source[position++] - '0');
                    digits++;
                }

                if (value > byte.MaxValue)
                {
                    throw Error($"invalid escape sequence near '{source[start..position]}'");
                }

                break;
            case '\0' when position >= source.Length:
                break;
            default:
                throw Error($"invalid escape sequence near '{source[start..(position + 1)]}'");
        }
    }

    private char Peek(int offset) => position + offset < source.Length ? source[position + offset] : '\0';

    // Letters beyond ASCII are letters to LuaJIT.
    private static bool IsNameStart(char c) => char.IsAsciiLetter(c) || c == '_' || c >= '\u0080';

    private static string Shown(char c) =>
        c < ' ' ? string.Create(CultureInfo.InvariantCulture, $"char({(int)c})") : c.ToString();

    [GeneratedRegex(
        @"^(0[xX]([0-9a-fA-F]+(\.[0-9a-fA-F]*)?|\.[0-9a-fA-F]+)([pP][+-]?[0-9]+)?|0[bB][01]+"
            + @"|([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?)([uU]?[lL][lL]|[iI])?$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        Timeout.Infinite)]
    private static partial Regex NumberFormat();
}
