using System.Globalization;

namespace Migrator.Configuration.Values;

/// <summary>Numbers as Lua prints them: <c>%.14g</c>, so fourteen digits at most and no zeros at the end.</summary>
internal static class LuaNumberFormat
{
    private const int Digits = 14;

    /// <summary>The text.</summary>
    public static string Format(double number)
    {
        if (!double.IsFinite(number))
        {
            // Kong: a nan has no sign in print.
            return double.IsNaN(number) ? "nan" : number > 0 ? "inf" : "-inf";
        }

        if (number == 0)
        {
            return double.IsNegative(number) ? "-0" : "0";
        }

        // d.ddddddddddddde+ddd: correctly rounded, with the exponent that decides between the two notations.
        var scientific = number.ToString("E13", CultureInfo.InvariantCulture);
        var letter = scientific.IndexOf('E', StringComparison.Ordinal);
        var exponent = int.Parse(scientific.AsSpan(letter + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var sign = number < 0 ? "-" : "";
        var digits = scientific[..letter].TrimStart('-').Replace(".", "", StringComparison.Ordinal).TrimEnd('0');
        return sign + (exponent is < -4 or >= Digits ? Scientific(digits, exponent) : Plain(digits, exponent));
    }

    private static string Scientific(string digits, int exponent) =>
        string.Create(CultureInfo.InvariantCulture, $"{Pointed(digits, 1)}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");

    private static string Plain(string digits, int exponent) => exponent < 0
        ? $"0.{new string('0', -exponent - 1)}{digits}"
        : Pointed(digits.PadRight(exponent + 1, '0'), exponent + 1);

    private static string Pointed(string digits, int whole) => digits.Length > whole ? $"{digits[..whole]}.{digits[whole..]}" : digits;
}
