using System.Globalization;

namespace Migrator.Configuration.Lua;

/// <summary>Formats numbers as Lua prints them: <c>%.14g</c>, so at most fourteen digits and no trailing zeros.</summary>
internal static class LuaNumberFormat
{
    private const int Digits = 14;
    private const string Exact = "E45";

    /// <summary>Returns the number as text.</summary>
    public static string Format(double number)
    {
        if (!double.IsFinite(number))
        {
            // Kong: nan is printed without a sign.
            return double.IsNaN(number) ? "nan" : number > 0 ? "inf" : "-inf";
        }

        if (number == 0)
        {
            return double.IsNegative(number) ? "-0" : "0";
        }

        // d.ddd...e+ddd, with enough digits to recognize a tie. .NET rounds a tie to the even digit, Lua away from zero.
        var exact = Math.Abs(number).ToString(Exact, CultureInfo.InvariantCulture);
        var letter = exact.IndexOf('E', StringComparison.Ordinal);
        var exponent = int.Parse(exact.AsSpan(letter + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var all = exact[..letter].Replace(".", "", StringComparison.Ordinal);
        var rounded = (long.Parse(all.AsSpan(0, Digits), CultureInfo.InvariantCulture) + (all[Digits] >= '5' ? 1 : 0))
            .ToString(CultureInfo.InvariantCulture);
        exponent += rounded.Length - Digits;
        var digits = rounded.TrimEnd('0');
        return (number < 0 ? "-" : "") + (exponent is < -4 or >= Digits ? Scientific(digits, exponent) : Plain(digits, exponent));
    }

    private static string Scientific(string digits, int exponent) =>
        string.Create(CultureInfo.InvariantCulture, $"{Pointed(digits, 1)}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");

    private static string Plain(string digits, int exponent) => exponent < 0
        ? $"0.{new string('0', -exponent - 1)}{digits}"
        : Pointed(digits.PadRight(exponent + 1, '0'), exponent + 1);

    private static string Pointed(string digits, int whole) => digits.Length > whole ? $"{digits[..whole]}.{digits[whole..]}" : digits;
}
