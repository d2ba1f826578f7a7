namespace Migrator.Execution;

/// <summary>Explains which migration failed, with PostgreSQL's message and the statement.</summary>
internal static class StepFailure
{
    private const int MaxStatementLength = 400;

    /// <summary>The error to show.</summary>
    /// <param name="e">The error from PostgreSQL.</param>
    /// <param name="step">The step whose statement failed; null if it belongs to no step.</param>
    public static MigratorException Explain(PostgresException e, MigrationStep? step) =>
        e.SqlState == SchemaGuard.SqlState ? SessionDiagnosis.Foreign(e, Left(step))
            : e.SqlState == SchemaGuard.Discarded ? SessionDiagnosis.Discarded(e, Left(step))
            : e.SqlState == SchemaGuard.OnEvents ? SessionDiagnosis.OfEventTriggers(e, Left(step))
            : e.SqlState == SchemaGuard.Unsafe ? SessionDiagnosis.Unsafe(e, Left(step)) : Failed(e, step);

    private static string Left(MigrationStep? step) => step is null ? "Nothing has been changed." : $"Nothing of {step} is left.";

    private static MigratorException Failed(PostgresException e, MigrationStep? step) => new(
        $"{(step is null ? "The transaction" : $"Migration {step}")} failed: {e.MessageText} [{e.SqlState}].",
        $"Its transaction was rolled back: nothing of it is left, in the schema or in the ledger. "
            + $"{ServerWords.Of(e)}The statement: {Shorten(e)}",
        RemedyFor(e),
        e)
    {
        ExitCode = e.SqlState == PostgresErrorCodes.InsufficientPrivilege ? ExitCode.Refused : ExitCode.Failure,
    };

    private static string RemedyFor(PostgresException e) => e.SqlState switch
    {
        PostgresErrorCodes.InsufficientPrivilege => SessionDiagnosis.RightsRemedy,
        PostgresErrorCodes.DuplicateTable =>
            "The schema holds tables that are not Kong's. Give the gateway a schema of its own (pg_schema), or a database of its own.",
        PostgresErrorCodes.DependentObjectsStillExist =>
            "Drop or change the objects that depend on it, and run the command again.",
        PostgresErrorCodes.CheckViolation when e is { SchemaName: { } schema, TableName: { } table, ConstraintName: { } constraint } =>
            "If the constraint is your own, change it so that it allows what the migration writes, or drop it until then, as the owner of "
                + $"the table: ALTER TABLE {new GatewaySchema(schema).Qualify(table)} DROP CONSTRAINT {Sql.Identifier(constraint)};\n"
                + "    Then run the command again: it continues where it stopped.",
        PostgresErrorCodes.DiskFull => "Make room on the server's disk, and run the command again.",
        PostgresErrorCodes.QueryCanceled => "A limit ended the statement: raise --db-timeout, or leave it out for no limit.",
        _ => "Fix the problem that PostgreSQL reports, and run the command again: it continues where it stopped.",
    };

    private static string Shorten(PostgresException e)
    {
        var sql = string.Join(' ', (e.BatchCommand?.CommandText ?? "").Split(default(char[]), StringSplitOptions.RemoveEmptyEntries));
        return sql.Length <= MaxStatementLength ? sql : sql[..MaxStatementLength] + "…";
    }
}
