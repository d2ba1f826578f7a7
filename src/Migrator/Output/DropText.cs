using Migrator.Display;
using Migrator.Inspection;

namespace Migrator.Output;

/// <summary>What a reset would drop, or has dropped.</summary>
internal static class DropText
{
    private const int MaxOthers = 50;

    /// <summary>Returns the lines to show before the question: tables that hold rows one by one, the empty ones by name.</summary>
    public static IReadOnlyList<string> Lines(DropList list)
    {
        var (full, empty) = (list.Tables.Where(t => t.Rows != 0).ToList(), list.Tables.Where(t => t.Rows == 0).ToList());
        var width = full.Select(t => t.Name.Length).DefaultIfEmpty().Max();
        return
        [
            .. full.OrderByDescending(t => t.Rows).ThenBy(t => t.Name, StringComparer.Ordinal)
                .Select(t => $"  {t.Name.PadRight(width)}  {t.RowsText}"),
            .. empty.Count == 0 ? (string[])[]
                : [$"  {Plural.Of(empty.Count, "empty table")}: {string.Join(", ", empty.Select(t => t.Name))}"],
            .. list.Others.Take(MaxOthers).Select(other => $"  not Kong's: {DisplayText.Line(other, DisplayText.MaxValueLength)}"),
            .. list.Others.Count > MaxOthers ? [$"  not Kong's: {list.Others.Count - MaxOthers} more objects"] : (string[])[],
        ];
    }

    /// <summary>The list as JSON.</summary>
    public static JsonMembers Json(DropList list) =>
    [
        ("tables", list.Tables.Select(t => JsonMembers.Of(
            ("table", t.Name), ("rows", t.Rows is { } rows ? Math.Min(rows, DropList.MaxCounted) : null),
            ("is_exact", t.Rows <= DropList.MaxCounted)))),
        ("others", list.Others),
    ];
}
