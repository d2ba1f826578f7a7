using Migrator.Configuration.Keys;
using Migrator.Configuration.Values;

namespace Migrator.Configuration.Files;

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
