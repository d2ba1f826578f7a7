using Migrator.Locking;
using Npgsql;

namespace Migrator.Execution;

/// <summary>Somebody else was quicker: nothing of the transaction is left, and the database has to be looked at again.</summary>
/// <param name="inner">What PostgreSQL said.</param>
internal sealed class StepConflictException(PostgresException inner) : Exception(inner.MessageText, inner)
{
    /// <summary>
    /// Whether an error is such a conflict. Beside a reset, Kong's own two tables may go away between the question whether they are there
    /// and the look into them; a table that a migration misses is no conflict but a damaged database.
    /// </summary>
    /// <param name="e">The error.</param>
    /// <param name="step">The step whose statement failed; null for what is around the steps.</param>
    public static bool Is(PostgresException e, MigrationStep? step) =>
        SchemaLock.IsConflict(e) || (step is null && e.SqlState == PostgresErrorCodes.UndefinedTable && !StepFailure.IsInFunction(e));
}
