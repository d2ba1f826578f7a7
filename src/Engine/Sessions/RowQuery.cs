using System.Data.Common;

namespace Migrator.Sessions;

/// <summary>A read-only transaction in one message, and its rows.</summary>
internal static class RowQuery
{
    /// <summary>Runs statements, of which some have results, all of the same columns.</summary>
    /// <param name="session">The connection.</param>
    /// <param name="schema">pg_schema; null for the server's current schema.</param>
    /// <param name="statements">The statements.</param>
    /// <param name="read">Reads a row.</param>
    /// <param name="cancellationToken">Ends the command.</param>
    /// <param name="values">The parameters of the last statement.</param>
    /// <returns>All rows.</returns>
    public static Task<IReadOnlyList<T>> QueryAsync<T>(
        this IDatabaseSession session, string? schema, IReadOnlyList<string> statements, Func<DbDataReader, T> read,
        CancellationToken cancellationToken, params string[] values) =>
        session.ReadAsync<IReadOnlyList<T>>(
            Commands(schema, statements, values), reader => ReadAsync(reader, read, cancellationToken), cancellationToken);

    /// <summary>Runs statements of which the last has one row.</summary>
    /// <inheritdoc cref="QueryAsync" path="/param"/>
    /// <returns>The row.</returns>
    public static Task<T> QueryRowAsync<T>(
        this IDatabaseSession session, string? schema, IReadOnlyList<string> statements, Func<DbDataReader, T> read,
        CancellationToken cancellationToken, params string[] values) =>
        session.ReadAsync(
            Commands(schema, statements, values),
            async reader => (await ReadAsync(reader, read, cancellationToken)).Single(),
            cancellationToken);

    /// <summary>The text in a column; null for NULL.</summary>
    public static string? TextOrNull(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    /// <summary>The number in a column; null for NULL.</summary>
    public static long? NumberOrNull(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

    private static List<NpgsqlBatchCommand> Commands(string? schema, IReadOnlyList<string> statements, string[] values)
    {
        List<NpgsqlBatchCommand> commands =
            [.. TransactionSql.BeginReading(schema), .. statements.Select(s => new NpgsqlBatchCommand(s))];
        foreach (var value in values)
        {
            commands[^1].Parameters.Add(new NpgsqlParameter<string> { TypedValue = value });
        }

        commands.Add(TransactionSql.Commit);
        return commands;
    }

    private static async Task<IReadOnlyList<T>> ReadAsync<T>(
        DbDataReader reader, Func<DbDataReader, T> read, CancellationToken cancellationToken)
    {
        var rows = new List<T>();
        await TransactionSql.SkipBeginningAsync(reader, cancellationToken);
        do
        {
            while (reader.FieldCount > 0 && await reader.ReadAsync(cancellationToken))
            {
                rows.Add(read(reader));
            }
        }
        while (await reader.NextResultAsync(cancellationToken));

        return rows;
    }
}
