using Npgsql;

namespace Migrator.Execution;

/// <summary>A step did not get a lock on a table in time, or lost a deadlock: nothing of it is left, and it may be tried again.</summary>
/// <param name="step">The step; null for what is around the steps.</param>
/// <param name="inner">What PostgreSQL said.</param>
internal sealed class StepBlockedException(MigrationStep? step, PostgresException inner) : Exception(inner.MessageText, inner)
{
    /// <summary>The step.</summary>
    public MigrationStep? Step { get; } = step;

    /// <summary>The statement that waited in vain.</summary>
    public string Statement => ((PostgresException)InnerException!).BatchCommand?.CommandText ?? "";
}
