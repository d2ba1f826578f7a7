namespace Migrator.Execution;

/// <summary>A step did not get a table lock in time, or was the victim of a deadlock.</summary>
/// <remarks>Its transaction was rolled back and may be retried.</remarks>
/// <param name="step">The step; null if the failed statement belongs to no step.</param>
/// <param name="inner">The error from PostgreSQL.</param>
internal sealed class StepBlockedException(MigrationStep? step, PostgresException inner) : Exception(inner.MessageText, inner)
{
    /// <summary>The step; null if the failed statement belongs to no step.</summary>
    public MigrationStep? Step { get; } = step;

    /// <summary>The statement that did not get its lock.</summary>
    public string Statement => ((PostgresException)InnerException!).BatchCommand?.CommandText ?? "";
}
