using System.Buffers;
using System.Text;

namespace Migrator.Advice.Syntax;

/// <summary>The syntax of the regular expressions of the routers <c>traditional_compatible</c> and <c>expressions</c> (Rust).</summary>
internal sealed class RustRegex
{
    private const int MaxNesting = 250;

    // What one class of Unicode adds to the compiled expression, as a part of what the router takes: measured by what it refuses.
    private const double SizeOfWord = 1d / 255;
    private const double SizeOfDigit = 1d / 5000;

    private static readonly string[] ClassNames =
    [
        "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper", "word", "xdigit",
    ];

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    private static readonly string[] Boundaries = ["{start}", "{end}", "{start-half}", "{end-half}"];

    private readonly HashSet<string> names = new(StringComparer.Ordinal);
    private readonly string regex;
    private int at;

    private RustRegex(string regex) => this.regex = regex;

    private bool IsAtEnd => at >= regex.Length;

    /// <summary>Checks a regular expression.</summary>
    /// <returns>What the router says; null if it was found valid, or if that is not known.</returns>
    public static string? Check(string regex)
    {
        var parser = new RustRegex(regex);
        try
        {
            var size = parser.Alternatives(0);
            return !parser.IsAtEnd ? "unopened group"
                : size >= 1 ? "Compiled regex exceeds size limit of 10485760 bytes." : null;
        }
        catch (SyntaxException e)
        {
            return e.Message;
        }
        catch (NotKnownException)
        {
            return null;
        }
    }

    private double Alternatives(int depth)
    {
        if (depth > MaxNesting)
        {
            throw new SyntaxException("exceeds the maximum number of nested parentheses/brackets (250)");
        }

        var size = 0d;
        var isRepeatable = false;
        var last = 0d;
        while (!IsAtEnd && regex[at] != ')')
        {
            var c = regex[at++];
            switch (c)
            {
                case '?' or '*' or '+' or '{':
                    if (!isRepeatable)
                    {
                        throw new SyntaxException("repetition operator missing expression");
                    }

                    var times = c == '{' ? Count() : 1;
                    Skip('?');
                    size += last * (times - 1);
                    last *= times;
                    break;
                case '|':
                    (isRepeatable, last) = (false, 0);
                    break;
                case '(':
                    (isRepeatable, last) = Group(depth);
                    size += last;
                    break;
                default:
                    last = c == '[' ? Class(depth) : c == '\\' ? Escape(isInClass: false).Size : 0;
                    isRepeatable = true;
                    size += last;
                    break;
            }
        }

        return size;
    }

    private (bool IsRepeatable, double Size) Group(int depth)
    {
        if (Skip('?'))
        {
            if (Rest is ['=' or '!', ..] or ['<', '=' or '!', ..])
            {
                throw new SyntaxException("look-around, including look-ahead and look-behind, is not supported");
            }

            if (Rest is ['P', '<', ..] or ['<', ..])
            {
                at += regex[at] == 'P' ? 2 : 1;
                Name();
            }
            else if (!Flags())
            {
                return (false, 0);
            }
        }

        var size = Alternatives(depth + 1);
        return Skip(')') ? (true, size) : throw new SyntaxException("unclosed group");
    }

    private void Name()
    {
        var start = at;
        while (!IsAtEnd && regex[at] != '>')
        {
            var c = regex[at];
            var isValid = c == '_' || char.IsLetter(c) || char.IsSurrogate(c)
                || at > start && (char.IsAsciiDigit(c) || c is '.' or '[' or ']' || char.IsDigit(c));
            if (!isValid)
            {
                throw new SyntaxException("invalid capture group character");
            }

            at++;
        }

        var name = regex[start..at];
        if (!Skip('>'))
        {
            throw new SyntaxException("unclosed capture group name");
        }

        if (name.Length == 0 || !names.Add(name))
        {
            throw new SyntaxException(name.Length == 0 ? "empty capture group name" : "duplicate capture group name");
        }
    }

    // Whether a group follows the flags.
    private bool Flags()
    {
        var start = at;
        var seen = "";
        while (!IsAtEnd)
        {
            var c = regex[at++];
            switch (c)
            {
                case ':' or ')' when seen.EndsWith('-'):
                    throw new SyntaxException("dangling flag negation operator");
                case ')' when at == start + 1:
                    throw new SyntaxException("repetition operator missing expression");
                case ':' or ')':
                    // White space in the expression, and bytes instead of characters: neither is read here.
                    var given = seen.Split('-');
                    var hasBytes = given.Length > 1 && given[^1].Contains('u', StringComparison.Ordinal);
                    return given[0].Contains('x', StringComparison.Ordinal) || hasBytes
                        ? throw new NotKnownException()
                        : c == ':';
                case '-' when seen.Contains('-', StringComparison.Ordinal):
                    throw new SyntaxException("flag negation operator repeated");
                case 'i' or 'm' or 's' or 'U' or 'u' or 'R' or 'x' when seen.Contains(c, StringComparison.Ordinal):
                    throw new SyntaxException("duplicate flag");
                case '-' or 'i' or 'm' or 's' or 'U' or 'u' or 'R' or 'x':
                    seen += c;
                    break;
                default:
                    throw new SyntaxException("unrecognized flag");
            }
        }

        throw new SyntaxException("expected flag but got end of regex");
    }

    private int Count()
    {
        var low = Number();
        var high = low;
        if (Skip(','))
        {
            high = Rest is ['}', ..] ? low + 1 : Number();
        }

        if (!Skip('}'))
        {
            throw new SyntaxException("unclosed counted repetition");
        }

        return low > high
            ? throw new SyntaxException("invalid repetition count range, the start must be <= the end")
            : (int)Math.Min(high, int.MaxValue);
    }

    private long Number()
    {
        if (IsAtEnd)
        {
            throw new SyntaxException("unclosed counted repetition");
        }

        SkipBlanks();
        var start = at;
        while (!IsAtEnd && char.IsAsciiDigit(regex[at]))
        {
            at++;
        }

        var digits = regex.AsSpan(start, at - start);
        SkipBlanks();
        return digits.IsEmpty ? throw new SyntaxException("repetition quantifier expects a valid decimal")
            : uint.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : throw new SyntaxException("decimal literal invalid");
    }

    private void SkipBlanks()
    {
        while (!IsAtEnd && char.IsWhiteSpace(regex[at]))
        {
            at++;
        }
    }

    private double Class(int depth)
    {
        if (depth > MaxNesting)
        {
            throw new SyntaxException("exceeds the maximum number of nested parentheses/brackets (250)");
        }

        var size = 0d;
        Skip('^');
        var isFirst = true;
        while (Skip('-'))
        {
            isFirst = false;
        }

        if (isFirst)
        {
            Skip(']');
        }

        while (!IsAtEnd)
        {
            if (Skip(']'))
            {
                return size;
            }

            if (Rest is ['&', '&', ..] or ['-', '-', ..] or ['~', '~', ..])
            {
                at += 2;
            }
            else if (Rest is ['[', ..])
            {
                size = Math.Max(size, IsNamedClass() ? 0 : InnerClass(depth));
            }
            else
            {
                size = Math.Max(size, Range());
            }
        }

        throw new SyntaxException("unclosed character class");
    }

    private double InnerClass(int depth)
    {
        at++;
        return Class(depth + 1);
    }

    private bool IsNamedClass()
    {
        var end = Rest is ['[', ':', ..] ? regex.IndexOf(":]", at + 2, StringComparison.Ordinal) : -1;
        if (end < 0 || !ClassNames.Contains(regex[(at + 2)..end].TrimStart('^'), StringComparer.Ordinal))
        {
            return false;
        }

        at = end + 2;
        return true;
    }

    private double Range()
    {
        var (low, size) = Item();
        if (Rest is not ['-', ..] || Rest is ['-', ']' or '-', ..])
        {
            return size;
        }

        at++;
        if (IsAtEnd)
        {
            throw new SyntaxException("unclosed character class");
        }

        var (high, _) = Item();
        if (low < 0 || high < 0)
        {
            throw new SyntaxException("invalid range boundary, must be a literal");
        }

        return low > high ? throw new SyntaxException("invalid character class range, the start must be <= the end") : size;
    }

    private (int Character, double Size) Item() => Skip('\\') ? Escape(isInClass: true) : (Character(), 0);

    // The character of an escape; below 0 for a class or a position.
    private (int Character, double Size) Escape(bool isInClass)
    {
        if (IsAtEnd)
        {
            throw new SyntaxException("incomplete escape sequence, reached end of pattern prematurely");
        }

        var c = Character();
        switch (c)
        {
            case >= '0' and <= '9':
                throw new SyntaxException("backreferences are not supported");
            case 'x' or 'u' or 'U':
                return (Hexadecimal(c == 'x' ? 2 : c == 'u' ? 4 : 8), 0);
            case 'p' or 'P':
                Property();
                return (-1, 0);
            case 'd' or 'D':
                return (-1, SizeOfDigit);
            case 'w' or 'W':
                return (-1, SizeOfWord);
            case 's' or 'S':
                return (-1, 0);
            case 'a':
                return ('\a', 0);
            case 'f':
                return ('\f', 0);
            case 't':
                return ('\t', 0);
            case 'n':
                return ('\n', 0);
            case 'r':
                return ('\r', 0);
            case 'v':
                return ('\v', 0);
            case 'A' or 'z' or 'b' or 'B' or '<' or '>':
                at += Array.Find(Boundaries, b => c == 'b' && Rest.StartsWith(b, StringComparison.Ordinal))?.Length ?? 0;
                return isInClass ? throw new SyntaxException("invalid escape sequence found in character class") : (-1, 0);
            default:
                return c > '\u007f' || char.IsAsciiLetter((char)c)
                    ? throw new SyntaxException("unrecognized escape sequence")
                    : (c, 0);
        }
    }

    private int Hexadecimal(int digits)
    {
        var isBraced = Skip('{');
        var start = at;
        if (isBraced)
        {
            at = regex.IndexOf('}', at);
            at = at < 0 ? regex.Length : at;
        }
        else
        {
            at = Math.Min(regex.Length, at + digits);
        }

        var text = regex.AsSpan(start, at - start);
        if (text.ContainsAnyExcept(HexDigits))
        {
            throw new SyntaxException("invalid hexadecimal digit");
        }

        if (isBraced ? !Skip('}') : text.Length < digits)
        {
            throw new SyntaxException("incomplete escape sequence, reached end of pattern prematurely");
        }

        return text.Length == 0 ? throw new SyntaxException("hexadecimal literal empty")
            : int.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) && Rune.IsValid(code)
                ? code
                : throw new SyntaxException("hexadecimal literal is not a Unicode scalar value");
    }

    // Names of properties are many: only what cannot be one is found.
    private void Property()
    {
        if (IsAtEnd)
        {
            throw new SyntaxException("incomplete escape sequence, reached end of pattern prematurely");
        }

        var name = ((char)Character()).ToString();
        if (name == "{")
        {
            var end = regex.IndexOf('}', at);
            name = end < 0
                ? throw new SyntaxException("incomplete escape sequence, reached end of pattern prematurely")
                : regex[at..end];
            at = end + 1;
        }
        else if (!"CLMNPSZ".Contains(name, StringComparison.OrdinalIgnoreCase))
        {
            throw new SyntaxException("Unicode property not found");
        }

        if (name.StartsWith('^'))
        {
            throw new SyntaxException("Unicode property not found");
        }
    }

    private int Character()
    {
        var code = char.IsSurrogatePair(regex, at) ? char.ConvertToUtf32(regex, at) : regex[at];
        at += code > char.MaxValue ? 2 : 1;
        return code;
    }

    private ReadOnlySpan<char> Rest => regex.AsSpan(Math.Min(at, regex.Length));

    private bool Skip(char c)
    {
        var isThere = !IsAtEnd && regex[at] == c;
        at += isThere ? 1 : 0;
        return isThere;
    }

    private sealed class SyntaxException(string message) : Exception(message);

    private sealed class NotKnownException : Exception;
}
