using Migrator.Inspection;
using Migrator.Ledger;
using Migrator.Locking;

namespace Migrator.Execution;

/// <summary>The errors of a command that cannot start or continue in the present state of the database.</summary>
internal static class RunErrors
{
    // The tables of every schema; usually only one has them.
    private const string FindDiscarders =
        "Run what this prints, as the owner of the tables, once you know what it is for: SELECT format('DROP RULE %I ON %s;', rulename, "
            + "ev_class::regclass) FROM pg_rewrite JOIN pg_class AS c ON c.oid = ev_class WHERE relname IN ('schema_meta', 'locks') AND "
            + "relkind = 'r' UNION ALL SELECT format('DROP TRIGGER %I ON %s;', tgname, tgrelid::regclass) FROM pg_trigger JOIN pg_class "
            + "AS c ON c.oid = tgrelid WHERE relname IN ('schema_meta', 'locks') AND NOT tgisinternal;";

    /// <summary>The database is empty, or its bootstrap is incomplete.</summary>
    public static MigratorException NeedsBootstrap(string command, SchemaState state, string database, string conf) => new(
        state.HasLedger
            ? $"The bootstrap of database '{database}' is incomplete, and {command} needs a complete one."
            : state.Elsewhere.Length > 0 ? $"{state.Elsewhere}, and {command} needs a bootstrapped one."
            : $"Database '{database}' is empty, and {command} needs a bootstrapped one.",
        cause: null,
        $"{(state.Elsewhere.Length > 0 ? "Correct pg_schema; if it is meant, run" : "Run")}: migrator bootstrap -c {conf}")
    { ExitCode = Errors.ExitCode.NeedsBootstrap };

    /// <summary>--force would restore objects that a newer gateway version has removed.</summary>
    public static MigratorException ForceOnNewer(IReadOnlyList<string> newer) => new(
        $"The database is newer than the gateway version that was asked for: its ledger has {string.Join(", ", newer)}.",
        "--force applies the schema of that version once more, and would bring back what a newer one has removed.",
        "Give the gateway's version with --gateway-version, or leave --force out. Nothing has been changed.");

    /// <summary>A reset would also drop objects that are not Kong's.</summary>
    public static MigratorException HasForeignObjects(SchemaContents contents, DatabaseFacts facts)
    {
        const int Most = 20;
        var named = string.Join("; ", contents.Others.Take(Most))
            + (contents.Others.Count > Most ? $"; and {contents.Others.Count - Most} more" : "");
        return new(
            $"Schema '{facts.Schema}' of database '{facts.Database}' has more than Kong's objects in it, or others depend on them: "
                + $"{named}.",
            "They are not Kong's: no supported gateway version makes them.",
            "Move or drop them yourself, or give --drop-everything to have them dropped too, with all their rows. Nothing has been "
                + "changed.");
    }

    /// <summary>The previous upgrade has not been finished.</summary>
    public static MigratorException NeedsFinish(SchemaState state, string database, string conf) => new(
        $"The previous upgrade of database '{database}' is not finished: "
            + string.Join(", ", StepPlanner.Finish(state).Select(s => $"{s.Subsystem.Name}/{s.Migration.Name}"))
                + " wait for their finish phase.",
        "Kong upgrades in two phases, and a new upgrade begins only when the one before is finished.",
        $"When every node runs the version of that upgrade, run: migrator finish -c {conf} && migrator up -c {conf}")
    { ExitCode = Errors.ExitCode.Pending };

    /// <summary>Another runner held the migration lock for longer than --lock-timeout.</summary>
    public static MigratorException Busy(string other, RunOptions options) => new(
        options.LockTimeout > TimeSpan.Zero
            ? $"The migration lock is held by another runner ({other}), and --lock-timeout "
                + $"{options.LockTimeout.TotalSeconds:0.###} s is over."
            : $"The migration lock is held by another runner ({other}), and --lock-timeout 0 says not to wait.",
        cause: null,
        "Wait for it to end and run the command again, or give a longer --lock-timeout.")
    { ExitCode = Errors.ExitCode.Locked };

    /// <summary>Another session kept the ledger locked for longer than --lock-timeout.</summary>
    public static MigratorException LedgerLocked(IReadOnlyList<Blocker> blockers, RunOptions options) => new(
        $"The ledger cannot be read: another session has locked it, and --lock-timeout {options.LockTimeout.TotalSeconds:0.###} s is over.",
        BlockedBy(blockers, options),
        Unblock(blockers, options))
    { ExitCode = Errors.ExitCode.Locked };

    /// <summary>Every attempt met a conflict, and no other runner was found.</summary>
    public static MigratorException TooManyConflicts(string change, RunOptions options) => new(
        $"Every attempt failed: {change}, and --lock-timeout {options.LockTimeout.TotalSeconds:0.###} s is over.",
        "Other runners keep changing the schema, or a rule or a trigger on the tables locks or schema_meta discards what is written to "
            + "them.",
        "Run the command again while no other migrator and no Kong is at work. If it ends like this once more: " + FindDiscarders)
    { ExitCode = Errors.ExitCode.Locked };

    private static string BlockedBy(IReadOnlyList<Blocker> blockers, RunOptions options) => blockers.Count == 0
        ? "The blocking session has ended."
        : "Blocked by: " + string.Join("; ", blockers.Select(b => b.Describe(options.Limits.Lock)));

    private static string Unblock(IReadOnlyList<Blocker> blockers, RunOptions options)
    {
        return blockers.FirstOrDefault(b => b.Outlasts(options.Limits.Lock)) is { CancelledAfter: { } after }
            ? FormattableString.Invariant($"Run the command again with --ddl-lock-timeout {Math.Ceiling(after.TotalSeconds) + 1:0}: ")
                + "PostgreSQL then cancels the autovacuum, which starts again later. "
                + (blockers.Any(b => b.EndSql.Length > 0) ? $"The other: {Blocker.Remedy(blockers)} " : "")
            : blockers.Count == 0 ? "Run the command again. "
            : $"{Blocker.Remedy(blockers)} Then run the command again. ";
    }

    /// <summary>A migration did not get its table locks within --lock-timeout.</summary>
    public static MigratorException Blocked(StepBlockedException blocked, IReadOnlyList<Blocker> blockers, RunOptions options) => new(
        $"Migration {blocked.Step?.ToString() ?? "(its beginning)"} did not get a lock on a table: {blocked.Message}; --lock-timeout "
            + $"{options.LockTimeout.TotalSeconds:0.###} s is over.",
        BlockedBy(blockers, options),
        Unblock(blockers, options)
            + $"Traffic waited behind each attempt for --ddl-lock-timeout {options.Limits.Lock?.TotalSeconds:0.###} s at most. Nothing "
            + "of the migration is left.",
        blocked)
    { ExitCode = Errors.ExitCode.Locked };
}
