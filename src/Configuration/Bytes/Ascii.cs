using System.Buffers;

namespace Migrator.Configuration.Bytes;

/// <summary>White space as Kong defines it: six ASCII characters, without U+00A0.</summary>
internal static class Ascii
{
    /// <summary>The six characters: space, tab, LF, VT, FF, CR.</summary>
    public const string White = " \t\n\v\f\r";

    private static readonly SearchValues<char> WhiteCharacters = SearchValues.Create(White);

    private static readonly SearchValues<byte> WhiteBytes = SearchValues.Create(" \t\n\v\f\r"u8);

    /// <summary>Whether the character is one of the six.</summary>
    public static bool IsWhite(char character) => White.Contains(character, StringComparison.Ordinal);

    /// <summary>Removes white space from both ends of a text.</summary>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text) => TrimStart(TrimEnd(text));

    /// <summary>Removes white space from the start of a text.</summary>
    public static ReadOnlySpan<byte> TrimStart(ReadOnlySpan<byte> text)
    {
        var first = text.IndexOfAnyExcept(WhiteBytes);
        return first < 0 ? [] : text[first..];
    }

    /// <summary>Removes white space from the end of a text.</summary>
    public static ReadOnlySpan<byte> TrimEnd(ReadOnlySpan<byte> text) => text[..(text.LastIndexOfAnyExcept(WhiteBytes) + 1)];

    /// <inheritdoc cref="Trim(ReadOnlySpan{byte})" />
    public static ReadOnlySpan<char> Trim(ReadOnlySpan<char> text)
    {
        var first = text.IndexOfAnyExcept(WhiteCharacters);
        return first < 0 ? [] : text[first..(text.LastIndexOfAnyExcept(WhiteCharacters) + 1)];
    }

    /// <inheritdoc cref="Trim(ReadOnlySpan{byte})" />
    public static string Trim(string text)
    {
        var trimmed = Trim(text.AsSpan());
        return trimmed.Length == text.Length ? text : trimmed.ToString();
    }
}
