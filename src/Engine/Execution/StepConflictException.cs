using Migrator.Locking;

namespace Migrator.Execution;

/// <summary>Another runner was quicker: the transaction was rolled back, and the database must be read again.</summary>
/// <param name="inner">The error from PostgreSQL.</param>
internal sealed class StepConflictException(PostgresException inner) : Exception(inner.MessageText, inner)
{
    /// <summary>Whether an error is such a conflict.</summary>
    /// <remarks>
    /// A concurrent reset may drop Kong's two tables between the check for their existence and the read. If a table is missing within a
    /// migration, the database is damaged: that is not a conflict.
    /// </remarks>
    /// <param name="e">The error.</param>
    /// <param name="step">The step whose statement failed; null if it belongs to no step.</param>
    public static bool Is(PostgresException e, MigrationStep? step) =>
        SchemaLock.IsConflict(e) || (step is null && e.SqlState == PostgresErrorCodes.UndefinedTable && !ServerWords.IsInFunction(e));
}
