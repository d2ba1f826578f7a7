namespace Migrator.Advice.LuaPatterns;

/// <summary>The classes of characters of Lua's patterns, in the C locale.</summary>
internal static class CharacterClass
{
    /// <summary>Whether a byte is in the class of a letter, such as <c>d</c> of <c>%d</c>. Another byte stands for itself.</summary>
    /// <param name="value">The byte.</param>
    /// <param name="name">The byte after the percent sign. A capital letter is the complement of the class.</param>
    public static bool Contains(byte value, byte name)
    {
        var c = (char)value;
        bool? isIn = (char)(name | 0x20) switch
        {
            'a' => char.IsAsciiLetter(c),
            'c' => value < 0x20 || value == 0x7f,
            'd' => char.IsAsciiDigit(c),
            'g' => value is > 0x20 and < 0x7f,
            'l' => char.IsAsciiLetterLower(c),
            'p' => value is > 0x20 and < 0x7f && !char.IsAsciiLetterOrDigit(c),
            's' => value is 0x20 or (>= 0x09 and <= 0x0d),
            'u' => char.IsAsciiLetterUpper(c),
            'w' => char.IsAsciiLetterOrDigit(c),
            'x' => char.IsAsciiHexDigit(c),
            'z' => value == 0,
            _ => null,
        };
        return !char.IsAsciiLetter((char)name) || isIn is null ? value == name : isIn.Value != char.IsAsciiLetterUpper((char)name);
    }
}
