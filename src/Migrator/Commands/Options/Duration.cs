using System.Buffers;

namespace Migrator.Commands.Options;

/// <summary>Reads durations as Go writes them: <c>30s</c>, <c>2m</c>, <c>1h30m</c>, <c>500ms</c>; a number alone is seconds.</summary>
internal static class Duration
{
    /// <summary>What is accepted, for messages.</summary>
    public const string Accepted = "a duration such as 30, 30s, 2m or 1h30m";

    /// <summary>The largest timeout of PostgreSQL, in seconds: it is a number of milliseconds in 32 bits (PostgreSQL 17, 19.11).</summary>
    private const int MaxSeconds = int.MaxValue / 1000;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    /// <summary>Returns the seconds; null if the text is no duration, is negative or is longer than PostgreSQL's longest timeout.</summary>
    public static double? ParseSeconds(string text)
    {
        if (ParseNumber(text) is { } seconds)
        {
            return Limited(seconds);
        }

        var total = 0d;
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept(Digits);
            if (digits <= 0 || ParseNumber(rest[..digits]) is not { } number)
            {
                return null;
            }

            rest = rest[digits..];
            var letters = rest.IndexOfAny(Digits);
            var unit = letters < 0 ? rest : rest[..letters];
            if (SecondsIn(unit) is not { } factor)
            {
                return null;
            }

            total += number * factor;
            rest = rest[unit.Length..];
        }

        return text.Length == 0 ? null : Limited(total);
    }

    private static double? SecondsIn(ReadOnlySpan<char> unit) => unit switch
    {
        "ms" => 0.001,
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        _ => null,
    };

    private static double? ParseNumber(ReadOnlySpan<char> text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static double? Limited(double seconds) => seconds is >= 0 and <= MaxSeconds ? seconds : null;
}
