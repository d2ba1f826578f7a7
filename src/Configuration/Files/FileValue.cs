using Migrator.Configuration.Bytes;
using Migrator.Native;

namespace Migrator.Configuration.Files;

/// <summary>
/// The value that Kong reads after a <c>=</c>, and how it differs from the file. Kong, in this order: a value that contains its list
/// delimiter is lost; text that looks like a number becomes the usual form of that number; white space at both ends is removed; a comment
/// is removed; <c>\#</c> becomes <c>#</c>.
/// </summary>
internal sealed record FileValue
{
    // Kong: its reader requires a list delimiter, and Kong passes one that no value should contain.
    private const string Delimiter = "_blank_";

    /// <summary>The value, as Kong reads it.</summary>
    public required string Text { get; init; }

    /// <summary>The text in the file, without white space at both ends.</summary>
    public required string Written { get; init; }

    /// <summary>Whether Kong replaces the value by the address of a table, which differs in each run.</summary>
    public bool IsDestroyed { get; init; }

    /// <summary>Whether the value was rewritten as a number, or lost its unit.</summary>
    public bool IsRewritten { get; init; }

    /// <summary>Whether the value lost the unit kB.</summary>
    public bool LostUnit { get; init; }

    /// <summary>The position of the comment in <see cref="Written"/>; -1 if there is none.</summary>
    public int Comment { get; init; } = -1;

    /// <summary>Reads a value.</summary>
    /// <param name="raw">Everything after the <c>=</c> and the white space that follows it.</param>
    public static FileValue Read(string raw)
    {
        var written = Ascii.Trim(raw);
        if (raw.Contains(Delimiter, StringComparison.Ordinal))
        {
            return new() { Text = "", Written = written, IsDestroyed = true };
        }

        var lostUnit = false;
        if (raw.Length > 0 && (char.IsAsciiDigit(raw[0]) || raw[0] is '+' or '-'))
        {
            var number = AsNumber(raw, out lostUnit);
            if (number is not null)
            {
                return new() { Text = number, Written = written, IsRewritten = number != written, LostUnit = lostUnit };
            }
        }

        var text = Ascii.Trim(lostUnit ? WithoutUnit(raw) : raw);
        var comment = CommentIn(text);
        var value = comment < 0 ? text : text[..comment];
        return new()
        {
            Text = Ascii.Trim(value.Replace("\\#", "#", StringComparison.Ordinal)),
            Written = text,
            IsRewritten = lostUnit,
            LostUnit = lostUnit,
            Comment = comment,
        };
    }

    private static string? AsNumber(string raw, out bool lostUnit)
    {
        lostUnit = false;
        if (LuaNumber.TryParse(raw, out var number))
        {
            return LuaNumber.Format(number);
        }

        // Kong: text that ends in " kB" loses every " kB" in it, even if the rest is not a number.
        lostUnit = raw.EndsWith(" kB", StringComparison.Ordinal);
        return lostUnit && LuaNumber.TryParse(WithoutUnit(raw), out number) ? LuaNumber.Format(number) : null;
    }

    private static string WithoutUnit(string raw) => raw.Replace(" kB", "", StringComparison.Ordinal);

    private static int CommentIn(string text)
    {
        var index = text.IndexOf('#', StringComparison.Ordinal);
        while (index > 0 && text[index - 1] == '\\')
        {
            index = text.IndexOf('#', index + 1);
        }

        return index;
    }
}
