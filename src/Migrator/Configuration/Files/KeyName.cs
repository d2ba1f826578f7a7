using System.Buffers;
using Migrator.Configuration.Bytes;
using Migrator.Configuration.Settings;

namespace Migrator.Configuration.Files;

/// <summary>
/// Names of settings in a file. Kong: white space around is dropped, then every byte that is no ASCII letter or digit becomes an
/// underscore, so <c>pg-host</c>, <c>pg.host</c> and <c>pg host</c> are all <c>pg_host</c>. Case counts.
/// </summary>
internal static class KeyName
{
    // No known name is half as long; of a longer one nothing needs to be known.
    private const int Longest = 128;

    private static readonly SearchValues<byte> WordEnds = SearchValues.Create(" \t:\"'="u8);

    /// <summary>The name; empty where there is none, or where it is longer than any.</summary>
    public static string Of(ReadOnlySpan<byte> text)
    {
        var key = Ascii.Trim(text);
        return key.Length > Longest ? "" : string.Create(key.Length, key, static (name, bytes) =>
        {
            for (var index = 0; index < bytes.Length; index++)
            {
                name[index] = char.IsAsciiLetterOrDigit((char)bytes[index]) ? (char)bytes[index] : '_';
            }
        });
    }

    /// <summary>The name before the first <c>=</c>; empty where there is none.</summary>
    public static string Before(ReadOnlySpan<byte> line)
    {
        var separator = line.IndexOf((byte)'=');
        return separator < 0 ? "" : Of(line[..separator]);
    }

    /// <summary>The first word of a line that is no setting, so that a message can name it; empty where it is long.</summary>
    public static string FirstWord(ReadOnlySpan<byte> line)
    {
        var word = Ascii.TrimStart(line).TrimStart("\"'{-,"u8);
        var end = word.IndexOfAny(WordEnds);
        return Of(end < 0 ? word : word[..end]);
    }
}

/// <summary>The byte order mark of UTF-8. Kong: it is part of the first line, and of the key there.</summary>
internal static class ByteOrderMark
{
    private static ReadOnlySpan<byte> Mark => [0xEF, 0xBB, 0xBF];

    /// <summary>The known setting that a mark hides; null where there is none.</summary>
    public static string? Hides(int line, ReadOnlySpan<byte> key)
    {
        var name = line == 1 && key.StartsWith(Mark) ? KeyName.Of(key[Mark.Length..]) : "";
        return SettingCatalogue.FindDatabase(name)?.Name;
    }

    /// <summary>Whether the line is a mark before a comment or before nothing, so that nothing is lost.</summary>
    public static bool IsHarmless(int line, ReadOnlySpan<byte> text)
    {
        var rest = line == 1 && text.StartsWith(Mark) ? Ascii.TrimStart(text[Mark.Length..]) : text;
        return rest.IsEmpty || (rest.Length < text.Length && rest[0] is (byte)'#' or (byte)';');
    }
}
