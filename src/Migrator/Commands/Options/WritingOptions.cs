using System.CommandLine;

namespace Migrator.Commands.Options;

/// <summary>Options of the commands that change the database.</summary>
internal static class WritingOptions
{
    /// <summary><c>--lock-timeout</c>: how long to wait for another runner.</summary>
    public static readonly Option<double?> LockTimeout = OptionKinds.Seconds(new Option<double?>("--lock-timeout")
    {
        Description = "How long to wait for another runner that is at work; 0 does not wait. Default: 60s.",
        HelpName = "DURATION",
        DefaultValueFactory = _ => 60,
    });

    /// <summary>
    /// <c>--ddl-lock-timeout</c>: how long a migration waits for a lock on a table; other sessions queue behind it meanwhile.
    /// </summary>
    public static readonly Option<double?> DdlLockTimeout = OptionKinds.Seconds(new Option<double?>("--ddl-lock-timeout")
    {
        Description = "How long a migration waits for a lock on a table, and traffic behind it, before it steps back and tries again, "
            + "until --lock-timeout; 0 for no limit. Default: 3s [env: MIGRATOR_DDL_LOCK_TIMEOUT].",
        HelpName = "DURATION",
        DefaultValueFactory = result => OptionKinds.FromEnvironment(result, "MIGRATOR_DDL_LOCK_TIMEOUT", 3),
    });

    /// <summary><c>--iam-spread</c>: the longest random delay before logging in, so that many runs do not log in at once.</summary>
    public static readonly Option<double?> IamSpread = OptionKinds.Seconds(new Option<double?>("--iam-spread")
    {
        Description = "With pg_iam_auth, and not on a terminal: wait for a random part of this before logging in, so that many runs do "
            + "not log in at once. Default: 2s [env: MIGRATOR_IAM_SPREAD].",
        HelpName = "DURATION",
        DefaultValueFactory = result => OptionKinds.FromEnvironment(result, "MIGRATOR_IAM_SPREAD", 2),
    });

    /// <summary><c>--save-rows</c>: a directory for the rows that are changed, as they were.</summary>
    public static readonly Option<string?> SaveRows = new("--save-rows")
    {
        Description = "Write each row that a rewrite changes or deletes, as it was, to a new file in DIR (JSON, one row per line, readable "
            + "by its owner only: rows can contain secrets). Writes to these tables wait until the migration is committed.",
        HelpName = "DIR",
    };

    /// <summary><c>--force</c> of <c>up</c> and <c>finish</c>: applies the schema part of executed migrations again.</summary>
    public static readonly Option<bool> Force = new("--force", "-f")
    {
        Description = "Reapply the schema part of executed migrations, to repair missing objects. Rows are not rewritten again.",
    };

    /// <summary><c>--drop-everything</c>: drops all objects in the schema, not only Kong's.</summary>
    public static readonly Option<bool> DropEverything = new("--drop-everything")
    {
        Description = "Drop everything in the schema, and what depends on it elsewhere, not Kong's objects only.",
    };

    /// <summary><c>--yes</c>: does not ask for confirmation.</summary>
    public static readonly Option<bool> Yes = new("--yes", "-y") { Description = "Do not ask for confirmation." };

    /// <summary>The options of every command that changes the database.</summary>
    public static readonly IReadOnlyList<Option> All = [.. DatabaseOptions.All, LockTimeout, DdlLockTimeout, IamSpread];
}
