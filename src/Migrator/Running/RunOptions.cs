namespace Migrator.Running;

/// <summary>What a run needs to know besides the connection.</summary>
/// <param name="Schema">pg_schema; null for what the server says.</param>
/// <param name="StatementTimeout">How long the server lets one statement run (--db-timeout); null for no limit.</param>
/// <param name="LockTimeout">How long to wait for another runner (--lock-timeout).</param>
/// <param name="Time">The clock.</param>
/// <param name="Force">Apply the schema part of what has been done once more (--force).</param>
internal sealed record RunOptions(string? Schema, TimeSpan? StatementTimeout, TimeSpan LockTimeout, TimeProvider Time, bool Force = false);
