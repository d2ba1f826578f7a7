namespace Migrator.Native;

/// <summary>Numbers as Lua reads and writes them: <c>tonumber</c> and <c>tostring</c>, which is <c>%.14g</c>.</summary>
internal static class LuaNumber
{
    // An integer below has at most fourteen digits. These numbers need no Lua, so that an ordinary kong.conf needs none.
    private const double MaxPlain = 1e14;
    private const int MaxPlainDigits = 14;

    // Digits, 0x and 0b, exponents, "inf", "nan" and "infinity", and white space.
    private const string Characters = "0123456789abcdefABCDEFxXpP.+-iInNtTyY \t\n\v\f\r";

    /// <summary>Reads a number.</summary>
    public static bool TryParse(string text, out double number)
    {
        if (text.Length is > 0 and <= MaxPlainDigits && !text.AsSpan().ContainsAnyExceptInRange('0', '9'))
        {
            number = 0;
            foreach (var digit in text)
            {
                number = number * 10 + (digit - '0');
            }

            return true;
        }

        var isNumber = MayBeNumber(text) ? Lua.ToNumber(text) : null;
        number = isNumber ?? 0;
        return isNumber is not null;
    }

    // An address of IPv4 has more than one point. Few values of kong.conf get past this.
    private static bool MayBeNumber(string text)
    {
        var points = 0;
        foreach (var c in text)
        {
            points += c == '.' ? 1 : 0;
            if (points > 1 || !Characters.Contains(c, StringComparison.Ordinal))
            {
                return false;
            }
        }

        return text.Length > 0;
    }

    /// <summary>Writes a number.</summary>
    public static string Format(double number)
    {
        if (!double.IsFinite(number))
        {
            // Kong: nan is printed without a sign.
            return double.IsNaN(number) ? "nan" : number > 0 ? "inf" : "-inf";
        }

        return Math.Abs(number) < MaxPlain && Math.Floor(number) == number && !(number == 0 && double.IsNegative(number))
            ? ((long)number).ToString(CultureInfo.InvariantCulture)
            : Lua.Run($"return tostring({number.ToString("R", CultureInfo.InvariantCulture)})")![0]!;
    }

    /// <summary>Writes a number as <c>%d</c> does: without its fraction.</summary>
    public static string Integer(double number) => Math.Truncate(number).ToString("0", CultureInfo.InvariantCulture);

    /// <summary>Writes a number with one decimal, <c>%.1f</c>.</summary>
    public static string OneDecimal(double number) => number.ToString("F1", CultureInfo.InvariantCulture);
}
