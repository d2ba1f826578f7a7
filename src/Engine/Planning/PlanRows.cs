using Migrations;
using Migrator.Inspection;

namespace Migrator.Planning;

/// <summary>How many rows the steps of a plan meet. Reads only.</summary>
/// <param name="ByTable">The rows of each table that is rewritten; null where the server does not know.</param>
/// <param name="AreExact">Whether they were counted.</param>
internal sealed record PlanRows(IReadOnlyDictionary<string, long?> ByTable, bool AreExact)
{
    /// <summary>What PostgreSQL knows without looking: the figure of the last ANALYZE or VACUUM (pg_class.reltuples).</summary>
    public static async Task<PlanRows> EstimateAsync(
        IDatabaseSession session, DatabaseFacts facts, IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        var query =
            $"""
            SELECT c.relname::text, CASE WHEN c.relpages > 0 AND c.reltuples >= 0 THEN c.reltuples::bigint END
              FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
             WHERE n.nspname = current_setting('migrator.schema') AND c.relname IN ({string.Join(", ", tables.Select(Sql.Literal))})
            """;
        return new PlanRows(await ReadAsync(session, facts, [query], cancellationToken), AreExact: false);
    }

    /// <summary>Counts the rows. Reads each table once.</summary>
    public static async Task<PlanRows> CountAsync(
        IDatabaseSession session, DatabaseFacts facts, IReadOnlyList<string> tables, CancellationToken cancellationToken)
    {
        // What is under these names must be the gateway's before it is read, as before a run.
        var counts = tables.Select(t => $"SELECT {Sql.Literal(t)}, count(*) FROM {facts.Names.Qualify(t)}");
        return new PlanRows(
            await ReadAsync(session, facts, [.. KongObjects.All.GuardReading(facts.Names, tables), .. counts], cancellationToken),
                AreExact: true);
    }

    /// <summary>Runs the statements that only read, and warn.</summary>
    /// <param name="session">The connection. It hears the warnings.</param>
    /// <param name="facts">The database.</param>
    /// <param name="tables">The tables that it reads.</param>
    /// <param name="check">The statement.</param>
    /// <param name="cancellationToken">Ends the command.</param>
    /// <returns>Whether it could run: what an earlier step has to make first cannot be read yet.</returns>
    public static async Task<bool> CheckAsync(
        IDatabaseSession session, DatabaseFacts facts, IReadOnlyList<string> tables, string check, CancellationToken cancellationToken)
    {
        try
        {
            await session.QueryAsync(
                facts.Schema, [.. KongObjects.All.GuardReading(facts.Names, tables), check], _ => true, cancellationToken);
            return true;
        }
        catch (PostgresException e) when (
            e.SqlState is PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.QueryCanceled)
        {
            return false;
        }
    }

    private static async Task<IReadOnlyDictionary<string, long?>> ReadAsync(
        IDatabaseSession session, DatabaseFacts facts, IReadOnlyList<string> queries, CancellationToken cancellationToken) =>
        (await session.QueryAsync(facts.Schema, queries, row => (row.GetString(0), row.NumberOrNull(1)), cancellationToken))
            .ToDictionary(StringComparer.Ordinal);
}
