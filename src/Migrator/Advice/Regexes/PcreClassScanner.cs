namespace Migrator.Advice.Regexes;

/// <summary>The scan of one character class, from the character after its opening bracket.</summary>
internal sealed class PcreClassScanner(string regex, int position)
{
    private const string Unclosed = "missing terminating ] for character class";
    private const string InvalidRange = "invalid range in character class";

    private static readonly HashSet<string> PosixClasses = new(StringComparer.Ordinal)
    {
        "alpha", "lower", "upper", "alnum", "ascii", "blank", "cntrl", "digit", "graph", "print", "punct", "space", "word", "xdigit",
    };

    // The character that may be the start of a range, and whether a hyphen followed it.
    private char? low;
    private bool isRange;

    /// <summary>Where the scan stopped: after the closing bracket, or after a mistake.</summary>
    public int Position { get; private set; } = position;

    /// <summary>Whether syntax was met that is not known here.</summary>
    public bool IsUnknown { get; private set; }

    private bool IsAtEnd => Position >= regex.Length;

    // A hyphen after a class, followed by something other than the end.
    private bool IsRangeAhead => Position + 1 < regex.Length && regex[Position] == '-' && regex[Position + 1] != ']';

    /// <summary>Scans the class.</summary>
    /// <returns>The first mistake; null if none was found.</returns>
    public string? Scan()
    {
        Position += !IsAtEnd && regex[Position] == '^' ? 1 : 0;
        for (var isFirst = true; !IsAtEnd && !IsUnknown; isFirst = false)
        {
            if (regex[Position] == ']' && !isFirst)
            {
                Position++;
                return null;
            }

            if (Next() is { } problem)
            {
                return problem;
            }
        }

        return IsUnknown ? null : Unclosed;
    }

    private string? Next()
    {
        if (regex[Position] == '[' && Position + 1 < regex.Length && regex[Position + 1] is ':' or '.' or '=')
        {
            if (Posix(out var isClass) is { } problem)
            {
                return problem;
            }

            if (isClass)
            {
                return EndOfSet();
            }
        }

        var c = regex[Position++];
        if (c == '\\')
        {
            return Escape();
        }

        if (c == '-' && low is not null && !isRange && !IsAtEnd && regex[Position] != ']')
        {
            isRange = true;
            return null;
        }

        return Character(c);
    }

    private string? Character(char c)
    {
        if (!isRange)
        {
            low = c;
            return null;
        }

        var isOrdered = low <= c;
        isRange = false;
        low = null;
        return isOrdered ? null : "range out of order in character class";
    }

    // A set of characters cannot be the start or the end of a range.
    private string? EndOfSet()
    {
        low = null;
        if (!isRange && !IsRangeAhead)
        {
            return null;
        }

        Position += isRange ? 0 : 1;
        return InvalidRange;
    }

    private string? Escape()
    {
        if (IsAtEnd)
        {
            return "\\ at end of pattern";
        }

        var c = regex[Position++];
        switch (c)
        {
            case 'Q' or 'E' or 'x' or 'o' or 'p' or 'P' or 'N' or 'c' or (>= '0' and <= '9'):
                IsUnknown = true;
                return null;
            case 'd' or 'D' or 'w' or 'W' or 's' or 'S' or 'h' or 'H' or 'v' or 'V':
                return EndOfSet();
            case 'B' or 'R' or 'X':
                return "escape sequence is invalid in character class";
        }

        char? plain = c switch
        {
            'a' => '\a',
            'b' => '\b',
            'e' => '\u001b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            _ => char.IsAsciiLetter(c) ? null : c,
        };
        IsUnknown |= plain is null;
        return plain is null ? null : Character(plain.Value);
    }

    /// <summary>The position of the end of a class such as <c>[:alpha:]</c>, at its second colon; null if there is none.</summary>
    /// <param name="regex">The expression.</param>
    /// <param name="start">The position after the opening bracket.</param>
    public static int? FindPosixEnd(string regex, int start)
    {
        if (start >= regex.Length || regex[start] is not (':' or '.' or '='))
        {
            return null;
        }

        for (var i = start + 1; i + 1 < regex.Length; i++)
        {
            if (regex[i] == '\\' && regex[i + 1] is (']' or '\\'))
            {
                i++;
            }
            else if (regex[i] == regex[start] && regex[i + 1] == ']')
            {
                return i;
            }
            else if (regex[i] == ']' || regex[i] == '[' && regex[i + 1] == regex[start])
            {
                return null;
            }
        }

        return null;
    }

    // A class such as [:alpha:].
    private string? Posix(out bool isClass)
    {
        isClass = false;
        if (FindPosixEnd(regex, Position + 1) is not { } end)
        {
            return null;
        }

        isClass = true;
        if (regex[Position + 1] != ':')
        {
            return "POSIX collating elements are not supported";
        }

        var start = Position + 2;
        if (regex[start..end] is "<" or ">")
        {
            // Between two pairs of brackets, the start or the end of a word.
            IsUnknown = true;
        }
        else if (!PosixClasses.Contains(regex[start..end].TrimStart('^')))
        {
            return "unknown POSIX class name";
        }

        Position = end + 2;
        return null;
    }
}
