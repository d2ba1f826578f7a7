using Migrator.Configuration.Bytes;
using Migrator.Configuration.Lua;

namespace Migrator.Configuration.Files;

/// <summary>
/// What Kong makes of the text behind a <c>=</c>, and what it did on the way. Kong, in this order: a value with its list delimiter in it is
/// lost; what looks like a number becomes that number's usual form; white space around goes; a comment goes; <c>\#</c> becomes <c>#</c>.
/// </summary>
internal sealed record FileValue
{
    // Kong: the reader wants a list delimiter, and was given one that nobody would write.
    private const string Delimiter = "_blank_";

    /// <summary>The value.</summary>
    public required string Text { get; init; }

    /// <summary>The text as it stands in the file, without white space around it.</summary>
    public required string Written { get; init; }

    /// <summary>Whether Kong turns the value into the address of a table, another one in each run.</summary>
    public bool IsDestroyed { get; init; }

    /// <summary>Whether it was rewritten as a number, or lost its unit.</summary>
    public bool IsRewritten { get; init; }

    /// <summary>Whether it lost the unit kB.</summary>
    public bool LostUnit { get; init; }

    /// <summary>Where in <see cref="Written"/> the comment starts; -1 without one.</summary>
    public int Comment { get; init; } = -1;

    /// <summary>Reads a value.</summary>
    /// <param name="raw">Everything behind the <c>=</c> and the white space that follows it.</param>
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
            return LuaNumberFormat.Format(number);
        }

        // Kong: a text that ends in " kB" loses every " kB" in it, whether it is a number then or not.
        lostUnit = raw.EndsWith(" kB", StringComparison.Ordinal);
        return lostUnit && LuaNumber.TryParse(WithoutUnit(raw), out number) ? LuaNumberFormat.Format(number) : null;
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
