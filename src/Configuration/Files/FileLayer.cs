using System.Text;
using Migrator.Configuration.Bytes;
using Migrator.Configuration.Settings;

namespace Migrator.Configuration.Files;

/// <summary>The settings of a file that concern migrations, each as given by its last line.</summary>
internal sealed class FileLayer
{
    private readonly Dictionary<string, FileSetting> settings = new(StringComparer.Ordinal);

    /// <summary>The layer of a file that does not exist.</summary>
    public static FileLayer Empty => new();

    /// <summary>Returns a setting; null if the file does not have it.</summary>
    public FileSetting? Find(string name) => settings.GetValueOrDefault(name);

    /// <summary>Adds a setting. Kong: the last one wins, even if it is empty.</summary>
    public void Set(FileSetting setting) => settings[setting.Definition.Name] = setting;
}

/// <summary>A setting in the file.</summary>
/// <param name="definition">The definition of the setting.</param>
/// <param name="line">The number of the line.</param>
/// <param name="raw">The bytes after the <c>=</c>.</param>
internal sealed class FileSetting(SettingDefinition definition, int line, byte[] raw)
{
    // Parsed on first use: a file may give a setting a hundred thousand times, and only the last one counts.
    private readonly Lazy<FileValue> value = new(() => FileValue.Read(ByteText.Decode(raw)));

    /// <summary>The definition of the setting.</summary>
    public SettingDefinition Definition => definition;

    /// <summary>The number of the line.</summary>
    public int Line => line;

    /// <summary>The value.</summary>
    public FileValue Value => value.Value;
}

/// <summary>Guesses, for a message, what a file without any known setting is.</summary>
internal static class FileGuess
{
    private const int MaxExamined = 4096;

    /// <summary>Returns the guess, as the end of a sentence.</summary>
    /// <param name="file">The bytes of the file.</param>
    /// <param name="hasVariables">Whether a key contains <c>KONG_</c>.</param>
    public static string Describe(ReadOnlySpan<byte> file, bool hasVariables)
    {
        var start = file[..Math.Min(file.Length, MaxExamined)];
        var hasMark = start is [0xEF, 0xBB, 0xBF, ..];
        start = hasMark ? start[3..] : start;
        var text = Encoding.Latin1.GetString(start).TrimStart();
        return start switch
        {
            [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] => "it is UTF-16 text, which the gateway does not read",
            _ when start.Count((byte)0) > start.Length / 4 => "it looks like UTF-16 text, or like no text at all",
            _ when text.StartsWith('{') => "it looks like JSON",
            _ when !text.Contains('\n', StringComparison.Ordinal) && text.Contains('\r', StringComparison.Ordinal) =>
                "its lines end in carriage returns alone, so that it is a single line to the gateway",
            _ when hasVariables => "it looks like a list of environment variables; in kong.conf, " +
                "KONG_PG_HOST is pg_host",
            _ when text.Contains(": ", StringComparison.Ordinal) || text.StartsWith("---", StringComparison.Ordinal) =>
                "it looks like YAML",
            _ when hasMark => "it begins with a byte order mark, which is part of the first key; save it as UTF-8 without BOM",
            _ when start.ContainsAnyInRange((byte)0x80, (byte)0xFF) || start.Contains((byte)0) => "it does not look like text",
            _ => "none of its keys is known to any gateway",
        };
    }
}
