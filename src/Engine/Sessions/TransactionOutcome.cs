namespace Migrator.Sessions;

/// <summary>Finds out whether a transaction was committed whose connection broke.</summary>
/// <remarks>
/// The server knows it by the transaction id (PostgreSQL 17, 9.27.8: txid_status). The ledger alone does not show who wrote an entry:
/// another runner may have done the same step since.
/// </remarks>
internal static class TransactionOutcome
{
    /// <summary>The SQLSTATE of the notice that follows the transaction id.</summary>
    public const string Told = "KM007";

    /// <summary>The name of the column that <see cref="Tell"/> returns.</summary>
    public const string Column = "transaction_id";

    /// <summary>Tells the client the id of the transaction while it is at work.</summary>
    /// <remarks>A server keeps its answers until the end of the message, or until a notice; INFO passes client_min_messages.</remarks>
    public static IEnumerable<NpgsqlBatchCommand> Tell =>
    [
        new($"SELECT txid_current()::text AS {Column}"),
        new($"DO $$ BEGIN RAISE INFO USING MESSAGE = 'begun', ERRCODE = '{Told}'; END $$"),
    ];

    /// <summary>Asks the server for the outcome.</summary>
    /// <param name="session">The connection.</param>
    /// <param name="schema">pg_schema; null for the server's current schema.</param>
    /// <param name="number">The transaction id, see <see cref="Tell"/>.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <returns>Whether it was committed; null if the server does not know, for example after a failover to another timeline.</returns>
    public static async Task<bool?> ReadAsync(IDatabaseSession session, string? schema, string number, CancellationToken cancellationToken)
    {
        if (!long.TryParse(number, CultureInfo.InvariantCulture, out var id))
        {
            return null;
        }

        try
        {
            var query = string.Create(CultureInfo.InvariantCulture, $"SELECT txid_status({id})");
            return Committed(await session.QueryRowAsync(schema, [query], row => row.TextOrNull(0), cancellationToken));
        }
        catch (PostgresException)
        {
            return null;
        }
    }

    private static bool? Committed(string? status) => status switch
    {
        "committed" => true,
        "aborted" => false,
        _ => null,
    };
}
