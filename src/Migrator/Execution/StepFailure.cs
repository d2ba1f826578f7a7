using Migrations.Dsl;
using Migrator.Errors;
using Migrator.Sessions;
using Npgsql;

namespace Migrator.Execution;

/// <summary>Explains which migration failed, with PostgreSQL's message and the statement.</summary>
internal static class StepFailure
{
    private const int LongestStatement = 400;

    /// <summary>The error to show.</summary>
    /// <param name="e">The error from PostgreSQL.</param>
    /// <param name="step">The step whose statement failed; null if it belongs to no step.</param>
    public static MigratorException Explain(PostgresException e, MigrationStep? step) =>
        e.SqlState switch
        {
            SchemaGuard.SqlState => Foreign(e, step),
            SchemaGuard.Discarded => Discarded(e, step),
            _ => Failed(e, step),
        };

    /// <summary>Whether the error was raised in a function of the database, such as a trigger function.</summary>
    public static bool IsInFunction(PostgresException e) => e.Where?.Split('\n').Any(line =>
        line.StartsWith("PL/pgSQL function ", StringComparison.Ordinal)
            && !line.Contains("inline_code_block", StringComparison.Ordinal)) == true;

    private static MigratorException Foreign(PostgresException e, MigrationStep? step)
    {
        var left = step is null ? "Nothing has been changed." : $"Nothing of {step} is left.";
        var schema = e.SchemaName ?? "";
        var what = $"Schema '{schema}' holds something under a name of the gateway's that is not the gateway's: {e.MessageText}.";
        return string.IsNullOrEmpty(e.Hint)
            ? new(
                what,
                "The gateway needs this name for an object of its own.",
                $"Rename or drop it, or give the gateway a schema of its own (pg_schema). {left}",
                e)
            : new(
                what,
                "The owner of a table or function decides what runs when it is used. migrator uses only what belongs to the user that it "
                    + "runs as, to a role whose rights this user has, to the owner of the schema or database, or to a superuser.",
                $"If it is the gateway's: run as its owner (pg_user = {e.Hint}), or make that role the owner of the schema: ALTER SCHEMA "
                    + $"{Sql.Identifier(schema)} OWNER TO {Sql.Identifier(e.Hint)}; If not: give the gateway a schema of its own "
                    + "(pg_schema). "
                    + left,
                e)
            { ExitCode = ExitCode.Refused };
    }

    private static MigratorException Discarded(PostgresException e, MigrationStep? step) => new(
        $"{(step is null ? "The run" : $"Migration {step}")} cannot write to the gateway's tables: {e.MessageText}.",
        "A rule or a trigger that is not the gateway's discards what is written. The ledger would say that the rows were rewritten. "
            + (step is null ? "Nothing has been changed." : "Nothing of this migration is left."),
        $"As the owner of the table: {e.Hint} Then run the command again.",
        e);

    private static MigratorException Failed(PostgresException e, MigrationStep? step) => new(
        $"{(step is null ? "The transaction" : $"Migration {step}")} failed: {e.MessageText} [{e.SqlState}].",
        $"Its transaction was rolled back: nothing of it is left, in the schema or in the ledger. {DetailOf(e)}The statement: {Shorten(e)}",
        RemedyFor(e),
        e)
    {
        ExitCode = e.SqlState == PostgresErrorCodes.InsufficientPrivilege ? ExitCode.Refused : ExitCode.Failure,
    };

    /// <summary>The objects that depend on the one to be dropped. Other details are not shown: some contain values of rows.</summary>
    private static string DetailOf(PostgresException e) =>
        e is { SqlState: PostgresErrorCodes.DependentObjectsStillExist, Detail: { } detail }
        ? string.Join("; ", detail.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)) + ". "
        : "";

    private static string RemedyFor(PostgresException e) => e.SqlState switch
    {
        PostgresErrorCodes.InsufficientPrivilege =>
            SessionDiagnosis.OwnerRemedy,
        PostgresErrorCodes.InvalidColumnReference =>
            "The table schema_meta or locks has lost its primary key, as a restore can do. Give it back, with the gateway's schema in "
                + "front: ALTER TABLE schema_meta ADD PRIMARY KEY (key, subsystem); ALTER TABLE locks ADD PRIMARY KEY (key); then run "
                + "the command again.",
        PostgresErrorCodes.DuplicateTable =>
            "The schema holds tables that are not Kong's. Give the gateway a schema of its own (pg_schema), or a database of its own.",
        PostgresErrorCodes.DependentObjectsStillExist =>
            "Drop or change the objects that depend on it, and run the command again.",
        PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedFunction when IsInFunction(e) =>
            "A trigger on the gateway's tables finds its tables by the search_path, which is empty during migrations. Name the schema in "
                + "its function, or give the function a path of its own: ALTER FUNCTION ... SET search_path = ...; then run the command "
                + "again.",
        PostgresErrorCodes.DiskFull => "Make room on the server's disk, and run the command again.",
        PostgresErrorCodes.QueryCanceled => "A limit ended the statement: raise --db-timeout, or leave it out for no limit.",
        _ => "Fix the problem that PostgreSQL reports, and run the command again: it continues where it stopped.",
    };

    private static string Shorten(PostgresException e)
    {
        var sql = string.Join(' ', (e.BatchCommand?.CommandText ?? "").Split(default(char[]), StringSplitOptions.RemoveEmptyEntries));
        return sql.Length <= LongestStatement ? sql : sql[..LongestStatement] + "…";
    }
}
