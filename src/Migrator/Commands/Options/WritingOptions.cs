using System.CommandLine;

namespace Migrator.Commands.Options;

/// <summary>What concerns commands that change the database.</summary>
internal static class WritingOptions
{
    /// <summary>How long to wait for another runner.</summary>
    public static readonly Option<double?> LockTimeout = OptionKinds.Seconds(new Option<double?>("--lock-timeout")
    {
        Description = "How long to wait for another runner that is at work; 0 does not wait.",
        HelpName = "SECONDS",
        DefaultValueFactory = _ => 60,
    });

    /// <summary>How long traffic may queue up behind a migration.</summary>
    public static readonly Option<double?> DdlLockTimeout = OptionKinds.Seconds(new Option<double?>("--ddl-lock-timeout")
    {
        Description = "How long a migration waits for a lock on a table, and traffic behind it, before it steps back and tries again, "
            + "until --lock-timeout; 0 for no limit [env: MIGRATOR_DDL_LOCK_TIMEOUT].",
        HelpName = "SECONDS",
        DefaultValueFactory = result => OptionKinds.FromEnvironment(result, "MIGRATOR_DDL_LOCK_TIMEOUT", 3),
    });

    /// <summary>Keeps many runs apart.</summary>
    public static readonly Option<double?> IamSpread = OptionKinds.Seconds(new Option<double?>("--iam-spread")
    {
        Description = "With pg_iam_auth, and not on a terminal: wait for a random part of this before logging in, so that many runs do "
            + "not log in at once [env: MIGRATOR_IAM_SPREAD].",
        HelpName = "SECONDS",
        DefaultValueFactory = result => OptionKinds.FromEnvironment(result, "MIGRATOR_IAM_SPREAD", 2),
    });

    /// <summary>Once more.</summary>
    public static readonly Option<bool> Force = new("--force", "-f")
    {
        Description = "Apply the schema part of what has been done once more, to mend what is missing. Rows are never rewritten twice.",
    };

    /// <summary>What is not Kong's too.</summary>
    public static readonly Option<bool> DropEverything = new("--drop-everything")
    {
        Description = "Drop everything in the schema, and what depends on it elsewhere, not Kong's objects only.",
    };

    /// <summary>No questions.</summary>
    public static readonly Option<bool> Yes = new("--yes", "-y") { Description = "Do not ask for confirmation." };

    /// <summary>What every such command takes.</summary>
    public static readonly IReadOnlyList<Option> All = [.. DatabaseOptions.All, LockTimeout, DdlLockTimeout, IamSpread];
}
