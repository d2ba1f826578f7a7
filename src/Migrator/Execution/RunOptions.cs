using Migrator.Locking;
using Migrator.Sessions;

namespace Migrator.Execution;

/// <summary>What a run needs to know besides the connection.</summary>
internal sealed record RunOptions
{
    /// <summary>What the run calls itself in <c>locks</c>, see <see cref="RunnerName"/>.</summary>
    public required string Name { get; init; }

    /// <summary>The kong.conf of the run, as a shell takes it, for commands to be pasted.</summary>
    public string Conf { get; init; } = "kong.conf";

    /// <summary>pg_schema; null for what the server says.</summary>
    public string? Schema { get; init; }

    /// <summary>How long the server lets things take (--db-timeout, --ddl-lock-timeout).</summary>
    public Limits Limits { get; init; } = new();

    /// <summary>How long to wait for another runner, and for locks on tables (--lock-timeout).</summary>
    public TimeSpan LockTimeout { get; init; }

    /// <summary>How long to wait for a primary (--wait).</summary>
    public TimeSpan Wait { get; init; }

    /// <summary>Apply the schema part of what has been done once more (--force); for a bootstrap: drop everything first.</summary>
    public bool Force { get; init; }

    /// <summary>Drop everything in the schema, not what is Kong's only (--drop-everything).</summary>
    public bool DropEverything { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
