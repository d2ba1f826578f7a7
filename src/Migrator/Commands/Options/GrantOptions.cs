using System.CommandLine;

namespace Migrator.Commands.Options;

/// <summary>Options that name the roles of a gateway's database.</summary>
internal static class GrantOptions
{
    /// <summary><c>--owner</c>: the role that owns the schema.</summary>
    public static readonly Option<string> Owner = Role("--owner", "The role that owns the gateway's tables; migrator logs in with it.");

    /// <summary><c>--gateway</c>: the role of the running gateway.</summary>
    public static readonly Option<string> Gateway = Role("--gateway", "The role of the running gateway.");

    /// <summary><c>--read-only</c>: the role of the read-only connection.</summary>
    public static readonly Option<string?> ReadOnly = new("--read-only")
    {
        Description = "The role of the read-only connection (pg_ro_user).",
        HelpName = "ROLE",
    };

    /// <summary><c>--iam</c>: the roles log in with IAM tokens.</summary>
    public static readonly Option<bool> Iam = new("--iam") { Description = "The roles log in to RDS with IAM tokens (GRANT rds_iam)." };

    /// <summary><c>--monitor</c>: the owner sees what other sessions do.</summary>
    public static readonly Option<bool> Monitor = new("--monitor")
    {
        Description = "The owner sees the addresses and statements of other sessions (GRANT pg_read_all_stats): 'nodes' and 'finish "
            + "--when-drained' need the addresses.",
    };

    /// <summary><c>--gateway</c> of <c>check</c>.</summary>
    public static readonly Option<string?> Checked = new("--gateway")
    {
        Description = "Check the role of the running gateway too: it has the rights that 'grants' gives it, and no more.",
        HelpName = "ROLE",
    };

    private static Option<string> Role(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "ROLE",
        Required = true,
    };
}
