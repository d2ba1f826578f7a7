using System.Globalization;

namespace Migrator.Advice.Values;

/// <summary>Numbers as Lua writes them.</summary>
internal static class LuaNumber
{
    // Lua's format %.14g writes an integer of at most this many digits without an exponent.
    private const double MaxPlain = 1e14;

    /// <summary>The text of a number, as <c>tostring</c> makes it: <c>%.14g</c>.</summary>
    public static string Format(double number)
    {
        if (double.IsNaN(number))
        {
            return "nan";
        }

        if (double.IsInfinity(number))
        {
            return number > 0 ? "inf" : "-inf";
        }

        return Math.Floor(number) == number && Math.Abs(number) < MaxPlain
            ? number.ToString("0", CultureInfo.InvariantCulture)
            : Exponential(number.ToString("G14", CultureInfo.InvariantCulture));
    }

    /// <summary>The text of a number as <c>%d</c> writes it: without its fraction.</summary>
    public static string Integer(double number) => Math.Truncate(number).ToString("0", CultureInfo.InvariantCulture);

    /// <summary>The text of a number with one decimal, <c>%.1f</c>.</summary>
    public static string OneDecimal(double number) => number.ToString("F1", CultureInfo.InvariantCulture);

    // .NET writes 1E+15 where C writes 1e+15.
    private static string Exponential(string text) => text.Replace('E', 'e');
}
