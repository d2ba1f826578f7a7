using System.Buffers;
using System.Globalization;

namespace Migrator.Advice.Regexes;

/// <summary>One pass through a regular expression of PCRE2.</summary>
internal sealed class PcreScanner(string regex)
{
    private const int MaxRepeat = 65535;

    private static readonly SearchValues<char> BoundCharacters = SearchValues.Create("0123456789, ");

    private readonly Stack<bool> groups = new();
    private readonly HashSet<string> names = new(StringComparer.Ordinal);
    private readonly List<string> usedNames = [];
    private int captures;
    private int highestReference;

    // Whether what was read last can be repeated.
    private bool isRepeatable;

    /// <summary>Where the scan stopped.</summary>
    public int Position { get; private set; }

    /// <summary>Whether syntax was met that is not known here.</summary>
    public bool IsUnknown { get; private set; }

    /// <summary>Scans the whole expression.</summary>
    /// <returns>The first mistake; null if none was found.</returns>
    public string? Scan()
    {
        while (Position < regex.Length && !IsUnknown)
        {
            if (Next() is { } problem)
            {
                return problem;
            }
        }

        if (groups.Count > 0)
        {
            return "missing closing parenthesis";
        }

        return highestReference > captures || usedNames.Exists(n => !names.Contains(n)) ? "reference to non-existent subpattern" : null;
    }

    private string? Next()
    {
        var c = regex[Position++];
        switch (c)
        {
            case '\\':
                return Escape();
            case '[':
                isRepeatable = true;
                return PcreClassScanner.FindPosixEnd(regex, Position) is null
                    ? Class()
                    : "POSIX named classes are supported only within a class";
            case '(':
                return Open();
            case ')':
                if (groups.Count == 0)
                {
                    Position--;
                    return "unmatched closing parenthesis";
                }

                isRepeatable = groups.Pop();
                return null;
            case '*' or '+' or '?':
                return Repeat();
            case '{' when Bounds() is { } bounds:
                return bounds.Problem ?? Repeat();
            case '|' or '^':
                // PCRE2 takes a quantifier after a circumflex for a mistake in some versions only.
                isRepeatable = false;
                if (c == '^' && Position < regex.Length && regex[Position] is '*' or '+' or '?' or '{')
                {
                    IsUnknown = true;
                }

                return null;
            default:
                isRepeatable = true;
                return null;
        }
    }

    private string? Repeat()
    {
        if (!isRepeatable)
        {
            return "quantifier does not follow a repeatable item";
        }

        if (Position < regex.Length && regex[Position] is '?' or '+')
        {
            Position++;
        }

        isRepeatable = false;
        return null;
    }

    // {n}, {n,} or {n,m}; anything else in braces is literal.
    private (string? Problem, bool IsRead)? Bounds()
    {
        var length = regex.AsSpan(Position).IndexOfAnyExcept(BoundCharacters);
        if (length < 0 || regex[Position + length] != '}')
        {
            return null;
        }

        var end = Position + length;
        var text = regex[Position..end];
        if (text.Contains(' ', StringComparison.Ordinal) || text.StartsWith(','))
        {
            // A quantifier since PCRE2 10.43, literal before.
            IsUnknown = true;
            return null;
        }

        var parts = text.Split(',');
        if (parts.Length > 2 || parts[0].Length == 0 || !parts.All(p => p.All(char.IsAsciiDigit)))
        {
            return null;
        }

        var low = Value(parts[0]);
        var high = parts.Length == 1 ? low : parts[1].Length == 0 ? MaxRepeat : Value(parts[1]);
        Position = end + 1;
        if (low > MaxRepeat || high > MaxRepeat)
        {
            return ("number too big in {} quantifier", true);
        }

        return (low > high ? "numbers out of order in {} quantifier" : null, true);
    }

    private static double Value(string digits) => double.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);

    private string? Escape()
    {
        isRepeatable = true;
        if (Position >= regex.Length)
        {
            return "\\ at end of pattern";
        }

        var c = regex[Position++];
        switch (c)
        {
            case 'Q':
                var end = regex.IndexOf("\\E", Position, StringComparison.Ordinal);
                Position = end < 0 ? regex.Length : end + 2;
                return null;
            case 'E':
                return null;
            case >= '1' and <= '9':
                var start = Position - 1;
                while (Position < regex.Length && char.IsAsciiDigit(regex[Position]))
                {
                    Position++;
                }

                if (Position - start == 1)
                {
                    highestReference = Math.Max(highestReference, c - '0');
                }

                return null;
            case 'k':
                return NamedReference();
            case 'g' or 'p' or 'P' or 'o' or 'N' or 'c' or 'x' or 'C':
                return Argument(c);
            case 'A' or 'b' or 'B' or 'G' or 'z' or 'Z' or 'K':
                isRepeatable = true;
                IsUnknown |= Position < regex.Length && regex[Position] is '*' or '+' or '?' or '{';
                return null;
            case 'F' or 'l' or 'L' or 'u' or 'U':
                return "PCRE2 does not support \\F, \\L, \\l, \\N{name}, \\U, or \\u";
            default:
                return IsKnownEscape(c) ? null : "unrecognized character follows \\";
        }
    }

    private static bool IsKnownEscape(char c) =>
        !char.IsAsciiLetter(c) || "adDefhHnrRsStvVwWX".Contains(c, StringComparison.Ordinal);

    private string? Argument(char c)
    {
        if (c == 'x' && Position < regex.Length && regex[Position] != '{')
        {
            return null;
        }

        if (c == 'x' && Position >= regex.Length)
        {
            return null;
        }

        // Properties, code points and the like: an error here is rare, and has many forms.
        IsUnknown = true;
        return null;
    }

    private string? NamedReference()
    {
        var close = Position < regex.Length ? regex[Position] switch { '<' => '>', '\'' => '\'', '{' => '}', _ => '\0' } : '\0';
        var end = close == '\0' ? -1 : regex.IndexOf(close, Position + 1);
        if (end < 0)
        {
            IsUnknown = true;
            return null;
        }

        usedNames.Add(regex[(Position + 1)..end]);
        Position = end + 1;
        return null;
    }

    private string? Class()
    {
        var scanner = new PcreClassScanner(regex, Position);
        var problem = scanner.Scan();
        Position = scanner.Position;
        IsUnknown |= scanner.IsUnknown;
        return problem;
    }

    private string? Open()
    {
        if (Position >= regex.Length || regex[Position] is not ('?' or '*'))
        {
            isRepeatable = false;
            captures++;
            groups.Push(true);
            return null;
        }

        if (regex[Position] == '*')
        {
            // A verb, such as (*UTF), or a quantifier of nothing.
            IsUnknown = true;
            return null;
        }

        Position++;
        if (Position < regex.Length && regex[Position] == '#')
        {
            // A comment. A quantifier after it is for what is before it.
            var end = regex.IndexOf(')', Position);
            Position = end < 0 ? regex.Length : end + 1;
            IsUnknown |= end < 0;
            return null;
        }

        isRepeatable = false;
        return OpenSpecial();
    }

    // A group that starts with a question mark.
    private string? OpenSpecial()
    {
        switch (regex.AsSpan(Position))
        {
            case [':' or '=' or '!' or '>', ..]:
                // An assertion can be repeated too.
                Position++;
                groups.Push(true);
                return null;
            case ['<', '=' or '!', ..]:
                Position += 2;
                groups.Push(true);
                IsUnknown |= HasUnlimitedRepeat();
                return null;
            case ['<', ..]:
                return NamedGroup(1, '>');
            case ['\'', ..]:
                return NamedGroup(1, '\'');
            case ['P', '<', ..]:
                return NamedGroup(2, '>');
            case ['i' or 'm' or 's' or 'U' or 'J' or '^' or '-' or 'n' or 'x' or 'a' or 'r' or ')', ..]:
                return Flags();
            case ['P' or 'R' or '&' or '(' or '|' or 'C' or '+' or (>= '0' and <= '9') or '*', ..]:
                IsUnknown = true;
                return null;
            case []:
                return "missing closing parenthesis";
            default:
                Position++;
                return "unrecognized character after (? or (?-";
        }
    }

    // Its length decides whether it is allowed.
    private bool HasUnlimitedRepeat() => regex.AsSpan(Position).IndexOfAny("*+{?|") >= 0;

    private string? Flags()
    {
        while (Position < regex.Length && "imsUJ-".Contains(regex[Position], StringComparison.Ordinal))
        {
            Position++;
        }

        switch (Position < regex.Length ? regex[Position] : '\0')
        {
            case ')':
                Position++;
                return null;
            case ':':
                Position++;
                groups.Push(true);
                return null;
            default:
                // The flag x changes what is a comment; others are new.
                IsUnknown = true;
                return null;
        }
    }

    private string? NamedGroup(int skip, char close)
    {
        var start = Position + skip;
        var end = regex.IndexOf(close, start);
        var isName = end > start && !char.IsAsciiDigit(regex[start])
            && regex[start..end].All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
        if (!isName)
        {
            return NameProblem(start, end);
        }

        var name = regex[start..end];
        if (!names.Add(name))
        {
            IsUnknown = true;
            return null;
        }

        Position = end + 1;
        captures++;
        groups.Push(true);
        return null;
    }

    private string NameProblem(int start, int end)
    {
        if (start < regex.Length && char.IsAsciiDigit(regex[start]))
        {
            Position = start;
            return "subpattern name must start with a non-digit";
        }

        if (end == start || start >= regex.Length)
        {
            Position = Math.Min(start, regex.Length);
            return "subpattern name expected";
        }

        Position = start;
        while (Position < regex.Length && (char.IsAsciiLetterOrDigit(regex[Position]) || regex[Position] == '_'))
        {
            Position++;
        }

        return "syntax error in subpattern name (missing terminator?)";
    }
}
