using Migrator.Locking;

namespace Migrator.Execution;

/// <summary>The options of a run, apart from its connection.</summary>
internal sealed record RunOptions
{
    /// <summary>The name of the run in <c>locks</c>, see <see cref="RunnerName"/>.</summary>
    public required string Name { get; init; }

    /// <summary>The path of the run's kong.conf, quoted for a shell, for the commands in messages.</summary>
    public string Conf { get; init; } = "kong.conf";

    /// <summary>The schema (pg_schema); null for the server's current schema.</summary>
    public string? Schema { get; init; }

    /// <summary>The time limits that the server enforces (--db-timeout, --ddl-lock-timeout).</summary>
    public Limits Limits { get; init; } = new();

    /// <summary>How long to wait for another runner, and for table locks (--lock-timeout).</summary>
    public TimeSpan LockTimeout { get; init; }

    /// <summary>How long to wait for a primary (--wait).</summary>
    public TimeSpan Wait { get; init; }

    /// <summary>Whether to repeat the schema part of finished steps (--force). A bootstrap drops Kong's objects first instead.</summary>
    public bool Force { get; init; }

    /// <summary>Whether to drop all objects in the schema, not only Kong's (--drop-everything).</summary>
    public bool DropEverything { get; init; }

    /// <summary>Receives the rows that rewrites change, as they were (--save-rows); null if they are not saved.</summary>
    public SavedRowsFile? SavedRows { get; init; }

    /// <summary>
    /// Called before each group of steps, and before a run without steps ends: waits until they may be done. If it has waited, the database
    /// is read again. Null if there is nothing to wait for.
    /// </summary>
    public Func<CancellationToken, Task<bool>>? Barrier { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
