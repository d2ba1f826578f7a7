using Migrations;

namespace Migrator.Inspection;

/// <summary>What a reset would drop: Kong's tables with their rows, and the objects that are not Kong's.</summary>
/// <param name="Tables">Kong's tables that exist, in order.</param>
/// <param name="Others">The objects that are not Kong's and would be dropped too (--drop-everything), as PostgreSQL describes them.</param>
internal sealed record DropList(IReadOnlyList<DroppedTable> Tables, IReadOnlyList<string> Others)
{
    /// <summary>The largest number of rows that is counted, so that the question comes at once.</summary>
    public const int MaxCounted = 100_000;

    /// <summary>Reads the list. Each table is read up to a limit.</summary>
    /// <param name="session">The connection.</param>
    /// <param name="facts">The facts of the database.</param>
    /// <param name="others">The objects that are not Kong's.</param>
    /// <param name="cancellationToken">Ends the command.</param>
    public static async Task<DropList> ReadAsync(
        IDatabaseSession session, DatabaseFacts facts, IReadOnlyList<string> others, CancellationToken cancellationToken)
    {
        var names = $"SELECT name::text, NULL::bigint FROM ({SchemaContents.KongTables}) AS kong (name)";
        var existing = await ReadTablesAsync(session, facts, [names], cancellationToken);
        IReadOnlyList<DroppedTable> tables = [.. existing.OrderBy(t => t.Name, StringComparer.Ordinal)];
        return new DropList(
            tables.Count == 0 ? [] : await CountAsync(session, facts, tables, cancellationToken) ?? tables, others);
    }

    private static async Task<IReadOnlyList<DroppedTable>?> CountAsync(
        IDatabaseSession session, DatabaseFacts facts, IReadOnlyList<DroppedTable> tables, CancellationToken cancellationToken)
    {
        // What is under these names must be the gateway's before it is read, as before a run.
        var counts = tables.Select(table => string.Create(
            CultureInfo.InvariantCulture,
            $"""
            SELECT {Sql.Literal(table.Name)}, count(*) FROM (
              SELECT FROM {facts.Names.Qualify(table.Name)} LIMIT {MaxCounted + 1}) AS rows
            """));
        try
        {
            return await ReadTablesAsync(
                session, facts, [.. KongObjects.All.GuardReading(facts.Names, tables.Select(t => t.Name)), .. counts], cancellationToken);
        }
        catch (PostgresException)
        {
            // A table is locked, is not readable, or belongs to a role that is not trusted: the list is shown without numbers.
            return null;
        }
    }

    private static Task<IReadOnlyList<DroppedTable>> ReadTablesAsync(
        IDatabaseSession session, DatabaseFacts facts, IReadOnlyList<string> queries, CancellationToken cancellationToken) =>
        session.QueryAsync(facts.Schema, queries, row => new DroppedTable(row.GetString(0), row.NumberOrNull(1)), cancellationToken);
}

/// <summary>A table of Kong that would be dropped.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Rows">Its rows, counted up to <see cref="DropList.MaxCounted"/> and one more; null if they could not be counted.</param>
internal sealed record DroppedTable(string Name, long? Rows)
{
    /// <summary>The rows as text, e.g. <c>12,345 rows</c> or <c>more than 100,000 rows</c>.</summary>
    public string RowsText => Rows switch
    {
        > DropList.MaxCounted => string.Create(CultureInfo.InvariantCulture, $"more than {DropList.MaxCounted:N0} rows"),
        null => "rows not counted",
        1 => "1 row",
        _ => string.Create(CultureInfo.InvariantCulture, $"{Rows:N0} rows"),
    };
}
