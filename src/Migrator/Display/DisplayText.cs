using System.Globalization;
using System.Text;

namespace Migrator.Display;

/// <summary>
/// Text that others wrote, made fit for a terminal and a log. A character that a terminal obeys, or that hides or reorders others, is
/// written as <c>\uXXXX</c>, one for each UTF-16 unit: the same form that JSON has, so that JSON stays JSON. It can be reversed: a
/// backslash that happens to stand before such digits is written as <c>\u005c</c>.
/// </summary>
internal static class DisplayText
{
    /// <summary>How much is shown of one value.</summary>
    public const int LongestValue = 1000;

    /// <summary>How much is shown of one line of a message, which may hold several values.</summary>
    public const int LongestLine = 2000;

    // What lines of our own within a message have in front at least.
    private const string Indent = "    ";

    // Accents are kept with their letter, but a thousand of them are no accents.
    private const int LongestAccents = 16;

    /// <summary>A text on one line: its ends of line are escaped too.</summary>
    /// <param name="text">The text.</param>
    /// <param name="longest">How much of it is shown.</param>
    public static string Line(string text, int longest = int.MaxValue) => Write(Cut(text, longest), keepsLines: false);

    /// <summary>
    /// The beginning of a text, with a word on how much more there is. No surrogate pair is cut in half, and no accent from its letter.
    /// </summary>
    public static string Cut(string text, int longest)
    {
        var end = EndOf(text, longest);
        return end == text.Length
            ? text
            : string.Create(CultureInfo.InvariantCulture, $"{text[..end]}… ({text.Length - end} more characters)");
    }

    /// <summary>A text that may have lines of our own, which are indented. Any other end of line is escaped.</summary>
    public static string Block(string text) =>
        string.Join("\n" + Indent, text.Split("\n" + Indent).Select(line => Line(line, LongestLine)));

    /// <summary>A text of several lines. All but the first are indented, so that none looks like the beginning of a message.</summary>
    /// <param name="text">The text.</param>
    /// <param name="indent">What a line has in front that is not indented already.</param>
    public static string Block(string text, string indent) => string.Join('\n', text.Split('\n')
        .Select((line, i) => (i == 0 || line.StartsWith(Indent, StringComparison.Ordinal) ? "" : indent) + Line(line, LongestLine)));

    /// <summary>The text as it may leave the program, with its ends of line, and with its backslashes as they are.</summary>
    public static string Escape(string text) => IsPlain(text, keepsLines: true) ? text : Write(text, keepsLines: true);

    /// <summary>Whether a text can be shown as it is, on one line.</summary>
    public static bool IsPlain(string text) => IsPlain(text, keepsLines: false);

    private static int EndOf(string text, int longest)
    {
        if (text.Length <= longest)
        {
            return text.Length;
        }

        var end = longest;
        while (end > 0 && longest - end < LongestAccents && (char.IsLowSurrogate(text[end]) || IsAccent(text, end)))
        {
            end--;
        }

        return char.IsLowSurrogate(text[end]) && end > 0 && char.IsHighSurrogate(text[end - 1]) ? end - 1 : end;
    }

    private static bool IsPlain(string text, bool keepsLines)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            // A surrogate without its other half is enumerated as U+FFFD; a real one of those is rare enough to be looked at again.
            if (!(keepsLines && rune.Value == '\n') && (rune == Rune.ReplacementChar || IsUnsafe(rune)))
            {
                return false;
            }
        }

        return true;
    }

    private static string Write(ReadOnlySpan<char> text, bool keepsLines)
    {
        var written = new StringBuilder(text.Length);
        while (!text.IsEmpty)
        {
            var isWhole = Rune.DecodeFromUtf16(text, out var rune, out var length) == System.Buffers.OperationStatus.Done;
            var isShown = isWhole && (rune.Value == '\n' ? keepsLines : !IsUnsafe(rune)) && (keepsLines || !LooksEscaped(text));
            foreach (var unit in text[..length])
            {
                _ = isShown ? written.Append(unit) : written.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}");
            }

            text = text[length..];
        }

        return written.ToString();
    }

    private static bool LooksEscaped(ReadOnlySpan<char> text) =>
        text is ['\\', 'u', var a, var b, var c, var d, ..]
        && char.IsAsciiHexDigit(a) && char.IsAsciiHexDigit(b) && char.IsAsciiHexDigit(c) && char.IsAsciiHexDigit(d);

    private static bool IsAccent(string text, int at) => CharUnicodeInfo.GetUnicodeCategory(text, at)
        is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    // Control: C0, DEL and C1. Format: marks of direction, characters of no width, the byte order mark, tags.
    private static bool IsUnsafe(Rune rune) => rune.Value is not (>= ' ' and < '\x7f')
        && (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            || rune.Value is 0x034F or 0x115F or 0x1160 or 0x3164 or 0xFFA0 or (>= 0xE0000 and <= 0xE0FFF));
}
