using System.Buffers;
using Migrator.Configuration.Bytes;
using Migrator.Configuration.Settings;

namespace Migrator.Configuration.Files;

/// <summary>
/// Converts keys in a file to names of settings. Kong: white space at both ends is removed, then every byte that is not an ASCII letter or
/// digit becomes an underscore, so <c>pg-host</c>, <c>pg.host</c> and <c>pg host</c> are all <c>pg_host</c>. Names are case-sensitive.
/// </summary>
internal static class KeyName
{
    // More than twice the length of any known name. A longer key cannot be known, so it needs no name.
    private const int MaxLength = 128;

    private static readonly SearchValues<byte> WordEnds = SearchValues.Create(" \t:\"'="u8);

    /// <summary>Returns the name; empty if there is none, or if it is longer than any known name.</summary>
    public static string Of(ReadOnlySpan<byte> text)
    {
        var key = Ascii.Trim(text);
        return key.Length > MaxLength ? "" : string.Create(key.Length, key, static (name, bytes) =>
        {
            for (var index = 0; index < bytes.Length; index++)
            {
                name[index] = char.IsAsciiLetterOrDigit((char)bytes[index]) ? (char)bytes[index] : '_';
            }
        });
    }

    /// <summary>Returns the name before the first <c>=</c>; empty if there is none.</summary>
    public static string Before(ReadOnlySpan<byte> line)
    {
        var separator = line.IndexOf((byte)'=');
        return separator < 0 ? "" : Of(line[..separator]);
    }

    /// <summary>Returns the first word of a line that is not a setting, for messages; empty if it is long.</summary>
    public static string FirstWord(ReadOnlySpan<byte> line)
    {
        var word = Ascii.TrimStart(line).TrimStart("\"'{-,"u8);
        var end = word.IndexOfAny(WordEnds);
        return Of(end < 0 ? word : word[..end]);
    }
}

/// <summary>Recognizes the byte order mark of UTF-8. Kong: it is part of the first line, and so of the key there.</summary>
internal static class ByteOrderMark
{
    private static ReadOnlySpan<byte> Mark => [0xEF, 0xBB, 0xBF];

    /// <summary>Returns the known setting that a byte order mark hides; null if there is none.</summary>
    public static string? Hides(int line, ReadOnlySpan<byte> key)
    {
        var name = line == 1 && key.StartsWith(Mark) ? KeyName.Of(key[Mark.Length..]) : "";
        return SettingCatalogue.FindDatabase(name)?.Name;
    }

    /// <summary>Whether the line is a byte order mark followed by a comment or nothing, so that nothing is lost.</summary>
    public static bool IsHarmless(int line, ReadOnlySpan<byte> text)
    {
        var rest = line == 1 && text.StartsWith(Mark) ? Ascii.TrimStart(text[Mark.Length..]) : text;
        return rest.IsEmpty || (rest.Length < text.Length && rest[0] is (byte)'#' or (byte)';');
    }
}
