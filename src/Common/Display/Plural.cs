namespace Migrator.Display;

/// <summary>A number with its noun.</summary>
internal static class Plural
{
    /// <summary>The number and the noun, e.g. <c>1 step</c>, <c>1200 steps</c>.</summary>
    public static string Of(long number, string noun) => FormattableString.Invariant($"{number} {noun}{(number == 1 ? "" : "s")}");

    /// <summary>The number of rows, e.g. <c>12,345 rows</c>.</summary>
    public static string Rows(long number) => FormattableString.Invariant($"{number:N0} {(number == 1 ? "row" : "rows")}");
}
