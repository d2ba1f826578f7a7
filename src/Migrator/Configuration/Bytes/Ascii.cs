using System.Buffers;

namespace Migrator.Configuration.Bytes;

/// <summary>White space as Kong knows it: six ASCII characters. U+00A0 is not among them.</summary>
internal static class Ascii
{
    /// <summary>The six: space, tab, LF, VT, FF, CR.</summary>
    public const string White = " \t\n\v\f\r";

    private static readonly SearchValues<char> WhiteCharacters = SearchValues.Create(White);

    private static readonly SearchValues<byte> WhiteBytes = SearchValues.Create(" \t\n\v\f\r"u8);

    /// <summary>Whether the character is one of the six.</summary>
    public static bool IsWhite(char character) => White.Contains(character, StringComparison.Ordinal);

    /// <summary>The text without the white space around it.</summary>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text) => TrimStart(TrimEnd(text));

    /// <summary>The text without the white space before it.</summary>
    public static ReadOnlySpan<byte> TrimStart(ReadOnlySpan<byte> text)
    {
        var first = text.IndexOfAnyExcept(WhiteBytes);
        return first < 0 ? [] : text[first..];
    }

    /// <summary>The text without the white space behind it.</summary>
    public static ReadOnlySpan<byte> TrimEnd(ReadOnlySpan<byte> text) => text[..(text.LastIndexOfAnyExcept(WhiteBytes) + 1)];

    /// <summary>The text without the white space around it.</summary>
    public static ReadOnlySpan<char> Trim(ReadOnlySpan<char> text)
    {
        var first = text.IndexOfAnyExcept(WhiteCharacters);
        return first < 0 ? [] : text[first..(text.LastIndexOfAnyExcept(WhiteCharacters) + 1)];
    }

    /// <summary>The text without the white space around it.</summary>
    public static string Trim(string text)
    {
        var trimmed = Trim(text.AsSpan());
        return trimmed.Length == text.Length ? text : trimmed.ToString();
    }
}
