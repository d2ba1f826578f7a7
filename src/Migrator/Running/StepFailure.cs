using Migrator.Errors;
using Npgsql;

namespace Migrator.Running;

/// <summary>Says which migration failed, with PostgreSQL's own words and the statement.</summary>
internal static class StepFailure
{
    private const int LongestStatement = 400;

    /// <summary>The error to show.</summary>
    /// <param name="e">What PostgreSQL said.</param>
    /// <param name="step">The step whose statement failed; null for what is around the steps.</param>
    public static MigratorException Explain(PostgresException e, MigrationStep? step) => new(
        $"{(step is null ? "The transaction" : $"Migration {step}")} failed: {e.MessageText} [{e.SqlState}].",
        $"Its transaction was rolled back: nothing of it is left, in the schema or in the ledger. The statement: {Shorten(e)}",
        RemedyFor(e),
        e);

    private static string RemedyFor(PostgresException e) => e.SqlState switch
    {
        PostgresErrorCodes.InsufficientPrivilege =>
            "Run as the owner of the gateway's tables, or give the user that role: GRANT <owner> TO <user>;",
        PostgresErrorCodes.DuplicateTable =>
            "The schema holds tables that are not Kong's. Give the gateway a schema of its own (pg_schema), or a database of its own.",
        PostgresErrorCodes.DiskFull => "Make room on the server's disk, and run the command again.",
        PostgresErrorCodes.QueryCanceled => "A limit ended the statement: raise --db-timeout, or leave it out for no limit.",
        _ => "Mend what PostgreSQL names, and run the command again: it goes on where it stopped.",
    };

    private static string Shorten(PostgresException e)
    {
        var sql = string.Join(' ', (e.BatchCommand?.CommandText ?? "").Split(default(char[]), StringSplitOptions.RemoveEmptyEntries));
        return sql.Length <= LongestStatement ? sql : sql[..LongestStatement] + "…";
    }
}
