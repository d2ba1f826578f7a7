namespace Migrator.Advice.LuaSource;

/// <summary>One token of Lua source.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its text, as messages show it.</param>
internal readonly record struct LuaToken(LuaTokenKind Kind, string Text)
{
    /// <summary>Whether it is a keyword or a sign.</summary>
    public bool Is(string text) => Kind is LuaTokenKind.Keyword or LuaTokenKind.Sign && Text == text;
}

/// <summary>The kinds of tokens.</summary>
internal enum LuaTokenKind
{
    /// <summary>The end of the source.</summary>
    End,

    /// <summary>A name.</summary>
    Name,

    /// <summary>A reserved word.</summary>
    Keyword,

    /// <summary>An operator or a punctuation mark.</summary>
    Sign,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A text.</summary>
    String,
}
