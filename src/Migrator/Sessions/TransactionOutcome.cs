using System.Globalization;
using Npgsql;

namespace Migrator.Sessions;

/// <summary>
/// What became of a transaction whose connection broke at COMMIT: the server knows it by the transaction's number (manual, 9.26.8,
/// txid_status). The ledger alone does not tell who wrote an entry: another runner may have done the same step since.
/// </summary>
internal static class TransactionOutcome
{
    /// <summary>The number of the transaction that it stands in, as an expression.</summary>
    public const string Number = "txid_current()::text";

    /// <summary>Asks the server.</summary>
    /// <param name="session">The connection.</param>
    /// <param name="schema">pg_schema; null for what the server says.</param>
    /// <param name="number">The transaction's number, see <see cref="Number"/>.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <returns>Whether it was committed; null where the server does not know, as after a failover to another history.</returns>
    public static async Task<bool?> ReadAsync(IDatabaseSession session, string? schema, string number, CancellationToken cancellationToken)
    {
        if (!long.TryParse(number, CultureInfo.InvariantCulture, out var id))
        {
            return null;
        }

        var query = new NpgsqlBatchCommand("SELECT txid_status($1)") { Parameters = { new NpgsqlParameter<long> { TypedValue = id } } };
        try
        {
            return await session.ReadAsync(
                [.. TransactionSql.BeginReading(schema), query, TransactionSql.Commit],
                async reader =>
                {
                    await TransactionSql.SkipBeginningAsync(reader, cancellationToken);
                    await reader.ReadAsync(cancellationToken);
                    return await reader.IsDBNullAsync(0, cancellationToken) ? null : Committed(reader.GetString(0));
                },
                cancellationToken);
        }
        catch (PostgresException)
        {
            return null;
        }
    }

    private static bool? Committed(string status) => status switch
    {
        "committed" => true,
        "aborted" => false,
        _ => null,
    };
}
