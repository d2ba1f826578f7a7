using System.CommandLine;
using Migrator.Commands.Options;
using Migrator.Preflight;

namespace Migrator.Commands;

/// <summary>The <c>grants</c> command: prints the SQL that gives the schema's owner and the running gateway separate roles.</summary>
internal static class GrantsCommand
{
    public static Command Create() => MigratorCommand.Define(
        "grants",
        "Print the SQL that gives the tables to one role and the running gateway to another, which cannot change the schema. Connects to "
            + "nothing.",
        """
        migrator grants -c kong.conf --owner kong_owner --gateway kong
        migrator grants -c kong.conf --owner kong_owner --gateway kong --read-only kong_ro --iam | psql -X -d kong
        """,
        [ExitCode.Usage],
        () => [ConfigurationOptions.Conf, ConfigurationOptions.Prefix, .. ConfigurationOptions.OfReading, GrantOptions.Owner,
            GrantOptions.Gateway, GrantOptions.ReadOnly, GrantOptions.Iam, GrantOptions.Monitor],
        Run);

    private static Task<int> Run(CommandContext context, CancellationToken cancellationToken)
    {
        var settings = context.ReadSettings();
        context.Messages.Release();
        var roles = new GrantedRoles(
            context.Get(GrantOptions.Owner)!, context.Get(GrantOptions.Gateway)!, context.Get(GrantOptions.ReadOnly),
            context.Get(GrantOptions.Iam))
        {
            Monitor = context.Get(GrantOptions.Monitor),
        };
        RequireRoles(roles);
        RequireNames(settings.Database, settings.Schema ?? "public");
        context.WriteScript("sql", new GrantsSql(settings.Database, settings.Schema ?? "public", roles).Script());
        return Task.FromResult(ExitCode.Success);
    }

    // PostgreSQL shortens longer names (PostgreSQL 17, 4.1.1), and refuses those that begin with pg_.
    private static void RequireRoles(GrantedRoles roles)
    {
        var diagnostic = roles.All.Select(role => role switch
        {
            "" => "a role has no name",
            _ when System.Text.Encoding.UTF8.GetByteCount(role) > 63 => $"the name '{role}' has more than 63 bytes",
            _ when role.Any(char.IsControl) => "a role has a control character in its name",
            _ when !new GatewaySchema(role).IsUsable => $"the name '{role}' has a dollar quote",
            _ when role.StartsWith("pg_", StringComparison.Ordinal) => $"'{role}' begins with pg_, which PostgreSQL keeps for itself",
            "public" or "none" => $"no role can be called '{role}'",
            _ => null,
        }).FirstOrDefault(f => f is not null)
            ?? (roles.All.Distinct(StringComparer.Ordinal).Count() < roles.All.Count ? "two of the roles are the same" : null);
        if (diagnostic is not null)
        {
            throw new MigratorException($"These roles cannot be used: {diagnostic}.",
                "Name two or three different roles: the owner, the gateway's, and that of the read-only connection.")
            { ExitCode = ExitCode.Usage };
        }
    }

    // The names are in comments and in function bodies of the script, which a line end or a dollar quote would end.
    private static void RequireNames(string database, string schema)
    {
        if (!new GatewaySchema(schema).IsUsable || database.Any(char.IsControl))
        {
            throw new MigratorException(
                $"There is no script for database '{database}' and schema '{schema}': one of the names has a control character, a dollar "
                    + "quote, or more than 63 bytes.",
                "Correct pg_database or pg_schema.")
            { ExitCode = ExitCode.Usage };
        }
    }
}
