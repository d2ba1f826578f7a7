using System.Text;

namespace Migrator.Advice.LuaPatterns;

/// <summary>A pattern of Lua 5.1. It looks at bytes, as Lua does.</summary>
internal sealed class LuaPattern
{
    private readonly byte[] pattern;
    private readonly bool isAnchored;

    /// <summary>Takes a pattern.</summary>
    /// <param name="text">The pattern, such as <c>^%u+$</c>.</param>
    public LuaPattern(string text)
    {
        pattern = Encoding.UTF8.GetBytes(text);
        isAnchored = pattern is [(byte)'^', ..];
    }

    /// <summary>Whether the pattern is found in a text.</summary>
    public MatchResult Match(string text) => Match(Encoding.UTF8.GetBytes(text), out _);

    /// <summary>Finds the pattern in a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="captures">What the parentheses of the pattern matched; without parentheses, the whole match.</param>
    public MatchResult Match(ReadOnlySpan<byte> text, out IReadOnlyList<string> captures)
    {
        captures = [];
        var matcher = new PatternMatcher(text, pattern);
        var result = matcher.Find(isAnchored ? 1 : 0, isAnchored);
        if (result is MatchResult.Match)
        {
            captures = matcher.Captures();
        }

        return result;
    }

    /// <summary>The captures of a match in a text; null if the pattern is not found.</summary>
    public IReadOnlyList<string>? Captures(string text) =>
        Match(Encoding.UTF8.GetBytes(text), out var captures) is MatchResult.Match ? captures : null;
}
