using System.Buffers;
using Migrator.Configuration.Values;

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
