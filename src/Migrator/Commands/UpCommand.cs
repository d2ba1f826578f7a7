using System.CommandLine;
using Migrator.Commands.Options;
using Migrator.Execution;

namespace Migrator.Commands;

/// <summary>The <c>up</c> command: runs the up phase of every new migration, each in its own transaction.</summary>
internal static class UpCommand
{
    public static Command Create() => MigratorCommand.Define(
        "up",
        "Run the up phase of every new migration: safe while the previous gateway version still runs, but for what 'plan up' says (to 3.0: "
            + "regular expressions in paths; to 3.10: control planes with cluster_incremental_sync = on).",
        """
        migrator up -c /etc/kong/kong.conf
        migrator up -c /etc/kong/kong.conf --lock-timeout 300 -v
        """,
        ExitCode.OfWriting,
        () => [.. WritingOptions.All, WritingOptions.Force, WritingOptions.SaveRows],
        (context, cancellationToken) =>
            RunCommand.RunAsync(context, "up", RunKind.Up, cancellationToken, context.Get(WritingOptions.Force)));
}
