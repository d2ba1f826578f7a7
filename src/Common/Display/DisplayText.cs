using System.Text;

namespace Migrator.Display;

/// <summary>
/// Makes text from other sources safe to show on a terminal and in a log. A character that controls a terminal, or that hides or reorders
/// others, is written as <c>\uXXXX</c>, one for each UTF-16 unit. JSON uses the same form, so that escaped JSON stays valid. The escaping
/// can be reversed: a backslash that is followed by <c>u</c> and four such digits is written as <c>\u005c</c>.
/// </summary>
internal static class DisplayText
{
    /// <summary>The largest number of characters shown of one value.</summary>
    public const int MaxValueLength = 1000;

    /// <summary>The largest number of characters shown of one line of a message, which may contain several values.</summary>
    public const int MaxLineLength = 2000;

    /// <summary>The largest number of characters in a member of JSON that may have several lines.</summary>
    public const int MaxBlockLength = 10 * MaxLineLength;

    // The indentation, at least, of lines that migrator puts into a message.
    private const string Indent = "    ";

    // An accent stays with its letter, but a text of a thousand accents may be cut anywhere.
    private const int MaxAccents = 16;

    /// <summary>Returns a text on one line, with its line ends escaped too.</summary>
    /// <param name="text">The text.</param>
    /// <param name="maxLength">The largest number of characters to show.</param>
    public static string Line(string text, int maxLength = int.MaxValue) => Write(Cut(text, maxLength), keepsLines: false);

    /// <summary>
    /// Returns SQL, or a text with SQL in it, in which a quoted name that would be escaped is written as <c>U&amp;"..."</c>: on one line,
    /// and still the name of the same object (PostgreSQL 17, 4.1.1).
    /// </summary>
    public static string Sql(string text)
    {
        var written = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length;)
        {
            var end = at + 1;
            if (text[at] == '"')
            {
                for (end = text.IndexOf('"', end) + 1; end > 0 && end < text.Length && text[end] == '"';)
                {
                    end = text.IndexOf('"', end + 1) + 1;
                }

                end = end == 0 ? text.Length : end;
            }

            var part = text[at..end];
            if (end - at > 1 && text[end - 1] == '"' && Line(part) != part)
            {
                WriteName(written, part);
            }
            else
            {
                written.Append(part);
            }

            at = end;
        }

        return written.ToString();
    }

    /// <summary>
    /// Returns the start of a text and the number of characters that follow. A surrogate pair is not split, nor an accent from its letter.
    /// </summary>
    public static string Cut(string text, int maxLength)
    {
        var end = EndOf(text, maxLength);
        return end == text.Length
            ? text
            : string.Create(CultureInfo.InvariantCulture, $"{text[..end]}… ({text.Length - end} more characters)");
    }

    /// <summary>Returns a text of several lines. All but the first are indented, so that none looks like the start of a message.</summary>
    /// <param name="text">The text.</param>
    /// <param name="indent">The indentation of a line that is not indented yet.</param>
    public static string Block(string text, string indent) => string.Join('\n', text.Split('\n')
        .Select((line, i) => (i == 0 || line.StartsWith(Indent, StringComparison.Ordinal) ? "" : indent) + Line(line, MaxLineLength)));

    /// <summary>Escapes a text for output. Its line ends and backslashes are kept.</summary>
    public static string Escape(string text) => IsPlain(text, keepsLines: true) ? text : Write(text, keepsLines: true);

    /// <summary>Escapes blanks other than the space, which look like it: U+00A0.</summary>
    public static string ShowBlanks(string text)
    {
        for (var at = text.Length - 1; at >= 0; at--)
        {
            if (IsBlank(text[at]))
            {
                text = string.Create(CultureInfo.InvariantCulture, $"{text[..at]}\\u{(int)text[at]:x4}{text[(at + 1)..]}");
            }
        }

        return text;
    }

    /// <summary>Returns the first character of a text that is not seen, or looks like a space; -1 if there is none.</summary>
    public static int FindUnseen(string text)
    {
        for (var at = 0; at < text.Length; at++)
        {
            if (IsBlank(text[at]) || char.GetUnicodeCategory(text[at]) == UnicodeCategory.Format)
            {
                return at;
            }
        }

        return -1;
    }

    private static bool IsBlank(char character) =>
        character > ' ' && char.GetUnicodeCategory(character) == UnicodeCategory.SpaceSeparator;

    /// <summary>Whether a text can be shown unchanged on one line.</summary>
    public static bool IsPlain(string text) => IsPlain(text, keepsLines: false);

    private static int EndOf(string text, int maxLength)
    {
        if (text.Length <= maxLength)
        {
            return text.Length;
        }

        var end = maxLength;
        while (end > 0 && maxLength - end < MaxAccents && (char.IsLowSurrogate(text[end]) || IsAccent(text, end)))
        {
            end--;
        }

        return char.IsLowSurrogate(text[end]) && end > 0 && char.IsHighSurrogate(text[end - 1]) ? end - 1 : end;
    }

    private static bool IsPlain(string text, bool keepsLines)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            // An unpaired surrogate is enumerated as U+FFFD. A real U+FFFD is rare enough to be examined again.
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

    /// <summary>A name for the text of a remedy: as it is, or as <see cref="Sql"/> writes it if it would be escaped.</summary>
    public static string Name(string name) =>
        Line(name) == name ? name : Sql($"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");

    // A backslash too: after it, four digits would be read as a character.
    private static void WriteName(StringBuilder written, string quoted)
    {
        written.Append("U&");
        foreach (var rune in quoted.EnumerateRunes())
        {
            _ = rune.Value == '\\' || IsUnsafe(rune) ? written.Append(CultureInfo.InvariantCulture, $"\\+{rune.Value:X6}")
                : written.Append(rune.ToString());
        }
    }

    private static bool LooksEscaped(ReadOnlySpan<char> text) =>
        text is ['\\', 'u', var a, var b, var c, var d, ..]
        && char.IsAsciiHexDigit(a) && char.IsAsciiHexDigit(b) && char.IsAsciiHexDigit(c) && char.IsAsciiHexDigit(d);

    private static bool IsAccent(string text, int at) => CharUnicodeInfo.GetUnicodeCategory(text, at)
        is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    // Control: C0, DEL and C1. Format: direction marks, zero-width characters, the byte order mark, tags.
    private static bool IsUnsafe(Rune rune) => rune.Value is not (>= ' ' and < '\x7f')
        && (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            || rune.Value is 0x034F or 0x115F or 0x1160 or 0x3164 or 0xFFA0 or (>= 0xE0000 and <= 0xE0FFF));
}
