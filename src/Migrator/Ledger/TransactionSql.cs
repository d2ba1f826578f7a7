using System.Globalization;
using Npgsql;

namespace Migrator.Ledger;

/// <summary>
/// The beginning and end of every transaction. Whatever a role, a database or a pooler has set that could change what our SQL means is set
/// here, for this transaction only.
/// </summary>
internal static class TransactionSql
{
    /// <summary>Ends a transaction.</summary>
    public static NpgsqlBatchCommand Commit => new("COMMIT");

    /// <summary>Begins a transaction in the gateway's schema.</summary>
    /// <param name="schema">pg_schema; null for what the server says.</param>
    /// <param name="write">Whether it may change anything.</param>
    /// <param name="statementTimeout">How long the server lets one statement run; null for no limit.</param>
    public static IEnumerable<NpgsqlBatchCommand> Begin(string? schema, bool write, TimeSpan? statementTimeout = null)
    {
        // READ COMMITTED, whatever the default: after waiting for a lock, a statement must see what the other one committed.
        yield return new NpgsqlBatchCommand($"BEGIN ISOLATION LEVEL READ COMMITTED READ {(write ? "WRITE" : "ONLY")}");
        yield return new NpgsqlBatchCommand(
            """
            SELECT set_config('migrator.schema', coalesce($1, current_schema(), 'public'), true),
                   set_config('search_path', quote_ident(coalesce($1, current_schema(), 'public')), true),
                   set_config('statement_timeout', $2, true),
                   set_config('lock_timeout', '0', true),
                   set_config('idle_in_transaction_session_timeout', '0', true),
                   set_config('TimeZone', 'UTC', true),
                   set_config('DateStyle', 'ISO, MDY', true),
                   set_config('standard_conforming_strings', 'on', true),
                   set_config('client_min_messages', 'warning', true)
            """)
        {
            Parameters =
            {
                new NpgsqlParameter { Value = (object?)schema ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text },
                new NpgsqlParameter<string>
                {
                    TypedValue = (statementTimeout?.TotalMilliseconds ?? 0).ToString("0", CultureInfo.InvariantCulture),
                },
            },
        };
    }
}
