using System.Text.Json;

namespace Migrator.Ledger;

/// <summary>The ledger as it was read at one moment.</summary>
/// <param name="Text">The rows as JSON, from <see cref="SchemaMeta.Read"/>; empty if there is no ledger.</param>
/// <param name="HasEntities">Whether a gateway has been configured in the database, so that its bootstrap was complete once.</param>
internal sealed record LedgerSnapshot(string Text, bool HasEntities = false)
{
    /// <summary>Which other schemas have a ledger, as a sentence without a full stop; empty if none has, or this one has.</summary>
    public string Elsewhere { get; init; } = "";

    /// <summary>Whether there is no ledger, which means no table schema_meta.</summary>
    public bool IsEmpty => Text.Length == 0;

    /// <summary>Parses the rows; null if there is no ledger.</summary>
    /// <exception cref="MigratorException">A row has a form that neither Kong nor migrator writes.</exception>
    public IReadOnlyList<LedgerRow>? Rows()
    {
        if (IsEmpty)
        {
            return null;
        }

        List<LedgerRow> rows;
        try
        {
            // Not by JsonSerializer: its metadata would take a millisecond to set up, in every run.
            using var parsed = JsonDocument.Parse(Text);
            rows = parsed.RootElement.ValueKind == JsonValueKind.Null ? [] : [.. parsed.RootElement.EnumerateArray().Select(Row)];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Damaged("'executed' or 'pending' is an array with more than one dimension");
        }

        return rows.CountBy(r => r.Subsystem, StringComparer.Ordinal).FirstOrDefault(c => c.Value > 1) is { Value: > 1 } twice
            ? throw Damaged($"subsystem '{twice.Key}' has {twice.Value} rows")
            : rows;
    }

    private static LedgerRow Row(JsonElement row) => new(
        Member(row, "subsystem")?.GetString() ?? throw Damaged("a row has no subsystem"),
        Member(row, "last_executed")?.GetString(),
        Names(Member(row, "executed")),
        Names(Member(row, "pending")));

    private static List<string>? Names(JsonElement? names) =>
        names is null ? null : [.. names.Value.EnumerateArray().Select(name => name.GetString()).OfType<string>()];

    private static JsonElement? Member(JsonElement row, string name) =>
        row.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? member : null;

    private static MigratorException Damaged(string diagnostic) => new(
        $"The ledger, table schema_meta, cannot be read: {diagnostic}.",
        "Neither Kong nor migrator writes such rows: somebody has changed the table by hand, or restored it without its primary key.",
        "Look at it, with the gateway's schema in front: SELECT * FROM schema_meta; and restore it from a backup. Nothing has been "
            + "changed.");
}
