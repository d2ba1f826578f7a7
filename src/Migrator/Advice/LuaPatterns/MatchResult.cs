namespace Migrator.Advice.LuaPatterns;

/// <summary>The outcome of a search for a pattern.</summary>
internal enum MatchResult
{
    /// <summary>The pattern is not in the text.</summary>
    NoMatch,

    /// <summary>The pattern is in the text.</summary>
    Match,

    /// <summary>The pattern is malformed, or the search took too many steps.</summary>
    Unknown,
}
