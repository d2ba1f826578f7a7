using System.Globalization;
using Migrator.Configuration.Bytes;

namespace Migrator.Configuration.Lua;

/// <summary>
/// Numbers as LuaJIT reads them: decimal, hexadecimal (also with a fraction and a binary exponent), binary, inf and nan; white space
/// around, a sign in front, nothing else. The source is LuaJIT's behaviour, measured on 198 texts.
/// </summary>
internal static class LuaNumber
{
    // Kong: LuaJIT takes no exponent and no fraction beyond this.
    private const int LargestExponent = 1 << 20;

    /// <summary>Whether the whole text is a number, and which.</summary>
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

    /// <summary>The part before the exponent's letter.</summary>
    /// <param name="body">The number.</param>
    /// <param name="letter">The letter, in lower case.</param>
    /// <param name="exponent">The part from the letter on; empty where there is none.</param>
    internal static ReadOnlySpan<char> Split(ReadOnlySpan<char> body, char letter, out ReadOnlySpan<char> exponent)
    {
        var index = body.IndexOfAny(letter, char.ToUpperInvariant(letter));
        exponent = index < 0 ? [] : body[index..];
        return index < 0 ? body : body[..index];
    }

    /// <summary>Whether the text is digits with at most one point, and at least one digit.</summary>
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

    /// <summary>Whether the text is an exponent that LuaJIT takes, and which.</summary>
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
