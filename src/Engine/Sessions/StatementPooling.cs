namespace Migrator.Sessions;

/// <summary>
/// Finds out whether PgBouncer pools statements (pool_mode = statement): it then takes no transaction of several messages.
/// </summary>
/// <remarks>
/// It says so and closes the connection, but what it says can be lost behind an answer of the server that it has begun to send. A
/// transaction in one message, as every reading one is, passes.
/// </remarks>
internal static class StatementPooling
{
    /// <summary>Whether an error has PgBouncer's words for it.</summary>
    public static bool Is(Exception e) =>
        e is PostgresException { SqlState: "08P01", MessageText: { } words }
            && words.Contains("statement pooling", StringComparison.Ordinal);

    /// <summary>The error to show.</summary>
    public static MigratorException Explain(Exception e) => new(
        $"The pooler between here and the server takes no transactions: {(e as PostgresException)?.MessageText}.",
        "PgBouncer pools statements (pool_mode = statement), and a migration is a transaction. Nothing has been changed.",
        "Set pool_mode = transaction for this database in pgbouncer.ini, or name the server itself in pg_host and pg_port.",
        e)
    { ExitCode = ExitCode.Refused };

    /// <summary>Begins a transaction, after which PgBouncer would close the connection.</summary>
    /// <param name="session">The connection.</param>
    /// <param name="cancellationToken">Ends the command.</param>
    /// <returns>The error to show; null if the transaction could begin, or if it was refused for another reason.</returns>
    public static async Task<MigratorException?> FindAsync(IDatabaseSession session, CancellationToken cancellationToken)
    {
        try
        {
            return await session.WriteAsync(
                [new NpgsqlBatchCommand("BEGIN")], _ => Task.FromResult<MigratorException?>(null),
                Task.Delay(session.Limits.Read, cancellationToken), commitsApart: true, cancellationToken);
        }
        catch (Exception e) when (e is NpgsqlException or MigratorException or CommitInDoubtException)
        {
            return Is(e) ? Explain(e) : e.InnerException is { } inner && Is(inner) ? Explain(inner) : null;
        }
    }

    /// <summary>The same, on a connection of its own.</summary>
    /// <inheritdoc cref="FindAsync" path="/param"/>
    public static async Task<MigratorException?> FindOnAnotherAsync(IDatabaseSession session, CancellationToken cancellationToken)
    {
        try
        {
            await using var second = await session.OpenAnotherAsync(cancellationToken);
            return await FindAsync(second, cancellationToken);
        }
        catch (MigratorException)
        {
            return null;
        }
    }
}
