namespace Migrator.Configuration.Lua;

/// <summary>Parses hexadecimal numbers as LuaJIT does: digits, at most one point, and a binary exponent after a <c>p</c>.</summary>
internal static class LuaHexNumber
{
    // Of further digits only one fact matters: whether any of them is not zero. It decides how the last bit is rounded.
    private const int SignificantDigits = 16;

    /// <summary>Parses the text after <c>0x</c>.</summary>
    public static bool TryParse(ReadOnlySpan<char> body, int largestExponent, out double number)
    {
        number = 0;
        var mantissa = LuaNumber.Split(body, 'p', out var power);
        var point = mantissa.IndexOf('.');
        var exponent = 0;
        if (!LuaNumber.IsMantissa(mantissa, point, char.IsAsciiHexDigit)
            || (!power.IsEmpty && !LuaNumber.TryParseExponent(power[1..], out exponent))
            || (point >= 0 && mantissa[(point + 1)..].TrimEnd('0').Length >= largestExponent))
        {
            return false;
        }

        number = Read(mantissa, point, exponent);
        return true;
    }

    private static double Read(ReadOnlySpan<char> mantissa, int point, int exponent)
    {
        ulong value = 0;
        var taken = 0;
        long scale = exponent;
        for (var index = 0; index < mantissa.Length; index++)
        {
            if (index == point)
            {
                continue;
            }

            var digit = ValueOf(mantissa[index]);
            var behindPoint = point >= 0 && index > point;
            if (taken == SignificantDigits)
            {
                value |= digit == 0 ? 0UL : 1UL;
                scale += behindPoint ? 0 : 4;
                continue;
            }

            value = (value << 4) | digit;
            taken += value == 0 ? 0 : 1;
            scale -= behindPoint ? 4 : 0;
        }

        return double.ScaleB(value, (int)Math.Clamp(scale, int.MinValue / 2, int.MaxValue / 2));
    }

    private static ulong ValueOf(char digit) => char.IsAsciiDigit(digit) ? (ulong)(digit - '0') : (ulong)((digit | ' ') - 'a' + 10);
}
