using System.Text;

namespace Migrator.Native;

/// <summary>A pattern of Lua, of this program or of a gateway's schema. It looks at bytes, as Lua does.</summary>
/// <param name="text">The pattern, such as <c>^%u+$</c>.</param>
internal sealed class LuaPattern(string text)
{
    /// <summary>
    /// The longest text that is looked at, in bytes. The patterns of the schemas take at most as many steps as the square of it.
    /// </summary>
    public const int MaxText = 2048;

    private readonly string literal = Lua.Quote(text);

    /// <summary>Whether the pattern is in a text; null if the text is too long, or the pattern malformed.</summary>
    public bool? IsIn(string subject) => Encoding.UTF8.GetByteCount(subject) > MaxText ? null
        : Lua.Run($"return string.match({Lua.Quote(subject)}, {literal}) and 'yes' or 'no'") is [var found] ? found == "yes" : null;

    /// <summary>What the parentheses matched, or else the whole match; null if the pattern is not in the text, or not known.</summary>
    public IReadOnlyList<string>? Captures(string subject) => Encoding.UTF8.GetByteCount(subject) <= MaxText
        && Lua.Run($"return string.match({Lua.Quote(subject)}, {literal})") is [not null, ..] found
        ? [.. found!]
        : null;
}
