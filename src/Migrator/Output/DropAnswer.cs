using Migrator.Inspection;

namespace Migrator.Output;

/// <summary>The answer of <c>reset --json</c>.</summary>
internal sealed record ResetAnswer(DatabaseAnswer Database, DropAnswer Dropped);

/// <summary>The answer of a command that would drop tables and was not given --yes.</summary>
internal sealed record UnconfirmedAnswer(DatabaseAnswer Database, DropAnswer WouldDrop, ErrorMembers Error);

/// <summary>What a reset would drop, or has dropped.</summary>
internal sealed record DropAnswer(IEnumerable<DroppedTableAnswer> Tables, IReadOnlyList<string> Others)
{
    /// <summary>Creates the answer.</summary>
    public static DropAnswer Of(DropList list) => new(
        list.Tables.Select(t => new DroppedTableAnswer(
            t.Name, t.Rows is { } rows ? Math.Min(rows, DropList.MaxCounted) : null, t.Rows <= DropList.MaxCounted)),
        list.Others);
}

/// <summary>A table with its rows; null for a number that is not known.</summary>
internal sealed record DroppedTableAnswer(string Table, long? Rows, bool IsExact);
