using System.Text.Json;
using Migrator.Display;
using Migrator.Inspection;

namespace Migrator.Output;

/// <summary>Writes what a reset would drop, or has dropped.</summary>
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
                : [$"  {empty.Count} empty {(empty.Count == 1 ? "table" : "tables")}: {string.Join(", ", empty.Select(t => t.Name))}"],
            .. list.Others.Take(MaxOthers).Select(other => $"  not Kong's: {DisplayText.Line(other, DisplayText.MaxValueLength)}"),
            .. list.Others.Count > MaxOthers ? [$"  not Kong's: {list.Others.Count - MaxOthers} more objects"] : (string[])[],
        ];
    }

    /// <summary>Writes the list as an array of JSON.</summary>
    /// <param name="json">The destination.</param>
    /// <param name="name">The name of the member.</param>
    /// <param name="list">The list.</param>
    public static void Write(Utf8JsonWriter json, string name, DropList list)
    {
        json.WriteStartObject(name);
        json.WriteStartArray("tables");
        foreach (var table in list.Tables)
        {
            json.WriteStartObject();
            json.WriteString("table", table.Name);
            if (table.Rows is { } rows)
            {
                json.WriteNumber("rows", Math.Min(rows, DropList.MaxCounted));
            }
            else
            {
                json.WriteNull("rows");
            }

            json.WriteBoolean("is_exact", table.Rows <= DropList.MaxCounted);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("others");
        list.Others.ToList().ForEach(json.WriteStringValue);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
