using System.Text;

namespace Migrator.Advice.LuaPatterns;

/// <summary>One search for a pattern. Its steps and its depth are limited, so that any pattern and any text come to an end.</summary>
internal ref struct PatternMatcher(ReadOnlySpan<byte> text, ReadOnlySpan<byte> pattern)
{
    private const int MinSteps = 200_000;
    private const int StepsPerByte = 8;

    // Lua's own limits: LUA_MAXCAPTURES and MAXCCALLS.
    private const int MaxCaptures = 32;
    private const int MaxDepth = 200;

    private const int Unclosed = -1;
    private const int Position = -2;
    private const int NotFound = -1;

    private readonly ReadOnlySpan<byte> text = text;
    private readonly ReadOnlySpan<byte> pattern = pattern;
    private readonly int maxSteps = MinSteps + StepsPerByte * text.Length;
    private CaptureList starts;
    private CaptureList lengths;
    private int level;
    private int steps;
    private int depth;
    private bool hasFailed;
    private int matchStart;
    private int matchEnd;

    /// <summary>Searches.</summary>
    /// <param name="first">Where the pattern starts: after its anchor.</param>
    /// <param name="isAnchored">Whether only a match at the start of the text counts.</param>
    public MatchResult Find(int first, bool isAnchored)
    {
        for (var start = 0; start <= text.Length; start++)
        {
            level = 0;
            depth = 0;
            var end = Match(start, first);
            if (hasFailed)
            {
                return MatchResult.Unknown;
            }

            if (end != NotFound)
            {
                matchStart = start;
                matchEnd = end;
                return IsAnyUnclosed() ? MatchResult.Unknown : MatchResult.Match;
            }

            if (isAnchored)
            {
                break;
            }
        }

        return MatchResult.NoMatch;
    }

    /// <summary>What the parentheses matched; without parentheses, the whole match.</summary>
    public readonly IReadOnlyList<string> Captures()
    {
        if (level == 0)
        {
            return [Encoding.UTF8.GetString(text[matchStart..matchEnd])];
        }

        var captures = new List<string>();
        for (var i = 0; i < level; i++)
        {
            captures.Add(lengths[i] < 0 ? "" : Encoding.UTF8.GetString(text.Slice(starts[i], lengths[i])));
        }

        return captures;
    }

    private readonly bool IsAnyUnclosed()
    {
        for (var i = 0; i < level; i++)
        {
            if (lengths[i] == Unclosed)
            {
                return true;
            }
        }

        return false;
    }

    private int Match(int s, int p)
    {
        if (++depth > MaxDepth)
        {
            return Fail();
        }

        var end = MatchHere(s, p);
        depth--;
        return end;
    }

    private int MatchHere(int s, int p)
    {
        while (true)
        {
            if (hasFailed || ++steps > maxSteps)
            {
                return Fail();
            }

            if (p == pattern.Length)
            {
                return s;
            }

            if (IsSpecial(ref s, ref p, out var special))
            {
                if (special is null)
                {
                    continue;
                }

                return special.Value;
            }

            var next = ClassEnd(p);
            if (hasFailed)
            {
                return NotFound;
            }

            var isSingle = s < text.Length && IsSingle(text[s], p, next);
            switch (next < pattern.Length ? (char)pattern[next] : '\0')
            {
                case '?':
                    var end = isSingle ? Match(s + 1, next + 1) : NotFound;
                    if (end != NotFound)
                    {
                        return end;
                    }

                    p = next + 1;
                    continue;
                case '*':
                    return MaxExpand(s, p, next);
                case '+':
                    return isSingle ? MaxExpand(s + 1, p, next) : NotFound;
                case '-':
                    return MinExpand(s, p, next);
                default:
                    if (!isSingle)
                    {
                        return NotFound;
                    }

                    s++;
                    p = next;
                    continue;
            }
        }
    }

    // Parentheses, the end of the text, and items of the form %b, %f and %1. Without an end, the match goes on from where s and p are.
    private bool IsSpecial(ref int s, ref int p, out int? end)
    {
        end = null;
        var second = p + 1 < pattern.Length ? (char)pattern[p + 1] : '\0';
        switch ((char)pattern[p])
        {
            case '(':
                end = second == ')' ? StartCapture(s, p + 2, Position) : StartCapture(s, p + 1, Unclosed);
                return true;
            case ')':
                end = EndCapture(s, p + 1);
                return true;
            case '$' when p + 1 == pattern.Length:
                end = s == text.Length ? s : NotFound;
                return true;
            case '%' when second == 'b':
                s = MatchBalance(s, p + 2);
                p += 4;
                break;
            case '%' when second == 'f':
                p = MatchFrontier(s, p + 2);
                s = p == NotFound ? NotFound : s;
                break;
            case '%' when char.IsAsciiDigit(second):
                s = MatchCapture(s, (byte)second);
                p += 2;
                break;
            default:
                return false;
        }

        end = s == NotFound ? NotFound : null;
        return true;
    }

    // The position in the pattern after the set.
    private int MatchFrontier(int s, int p)
    {
        if (p >= pattern.Length || pattern[p] != '[')
        {
            return Fail();
        }

        var next = ClassEnd(p);
        var before = s == 0 ? (byte)0 : text[s - 1];
        var after = s < text.Length ? text[s] : (byte)0;
        return hasFailed || IsInSet(before, p, next - 1) || !IsInSet(after, p, next - 1) ? NotFound : next;
    }

    private int MaxExpand(int s, int p, int next)
    {
        var count = 0;
        while (s + count < text.Length && IsSingle(text[s + count], p, next))
        {
            count++;
        }

        for (; count >= 0 && !hasFailed; count--)
        {
            var end = Match(s + count, next + 1);
            if (end != NotFound)
            {
                return end;
            }
        }

        return NotFound;
    }

    private int MinExpand(int s, int p, int next)
    {
        while (!hasFailed)
        {
            var end = Match(s, next + 1);
            if (end != NotFound)
            {
                return end;
            }

            if (s >= text.Length || !IsSingle(text[s], p, next))
            {
                return NotFound;
            }

            s++;
        }

        return NotFound;
    }

    private int StartCapture(int s, int p, int kind)
    {
        if (level >= MaxCaptures)
        {
            return Fail();
        }

        starts[level] = s;
        lengths[level] = kind;
        level++;
        var end = Match(s, p);
        if (end == NotFound)
        {
            level--;
        }

        return end;
    }

    private int EndCapture(int s, int p)
    {
        var open = level - 1;
        while (open >= 0 && lengths[open] != Unclosed)
        {
            open--;
        }

        if (open < 0)
        {
            return Fail();
        }

        lengths[open] = s - starts[open];
        var end = Match(s, p);
        if (end == NotFound)
        {
            lengths[open] = Unclosed;
        }

        return end;
    }

    private int MatchCapture(int s, byte digit)
    {
        var index = digit - '1';
        if (index < 0 || index >= level || lengths[index] == Unclosed)
        {
            return Fail();
        }

        // A position has no text that could come again.
        var length = lengths[index];
        var isRepeated = length != Position && text.Length - s >= length
            && text.Slice(s, length).SequenceEqual(text.Slice(starts[index], length));
        return isRepeated ? s + length : NotFound;
    }

    private int MatchBalance(int s, int p)
    {
        if (p + 1 >= pattern.Length)
        {
            return Fail();
        }

        if (s >= text.Length || text[s] != pattern[p])
        {
            return NotFound;
        }

        var open = 1;
        for (var i = s + 1; i < text.Length; i++)
        {
            if (text[i] == pattern[p + 1])
            {
                if (--open == 0)
                {
                    return i + 1;
                }
            }
            else if (text[i] == pattern[p])
            {
                open++;
            }
        }

        return NotFound;
    }

    // The position after a single character, an escaped one or a set.
    private int ClassEnd(int p)
    {
        var c = pattern[p++];
        if (c == '%')
        {
            return p == pattern.Length ? Fail() : p + 1;
        }

        if (c != '[')
        {
            return p;
        }

        if (p < pattern.Length && pattern[p] == '^')
        {
            p++;
        }

        do
        {
            if (p == pattern.Length)
            {
                return Fail();
            }

            if (pattern[p++] == '%' && p < pattern.Length)
            {
                p++;
            }
        }
        while (p >= pattern.Length || pattern[p] != ']');

        return p + 1;
    }

    private readonly bool IsSingle(byte c, int p, int next) => (char)pattern[p] switch
    {
        '.' => true,
        '%' => CharacterClass.Contains(c, pattern[p + 1]),
        '[' => IsInSet(c, p, next - 1),
        _ => pattern[p] == c,
    };

    // From the opening bracket to the closing one.
    private readonly bool IsInSet(byte c, int p, int last)
    {
        var isIn = true;
        if (pattern[p + 1] == '^')
        {
            isIn = false;
            p++;
        }

        while (++p < last)
        {
            if (pattern[p] == '%')
            {
                p++;
                if (CharacterClass.Contains(c, pattern[p]))
                {
                    return isIn;
                }
            }
            else if (pattern[p + 1] == '-' && p + 2 < last)
            {
                p += 2;
                if (pattern[p - 2] <= c && c <= pattern[p])
                {
                    return isIn;
                }
            }
            else if (pattern[p] == c)
            {
                return isIn;
            }
        }

        return !isIn;
    }

    private int Fail()
    {
        hasFailed = true;
        return NotFound;
    }

    [System.Runtime.CompilerServices.InlineArray(MaxCaptures)]
    private struct CaptureList
    {
        private int first;
    }
}
