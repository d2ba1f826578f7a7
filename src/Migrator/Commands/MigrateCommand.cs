using System.CommandLine;
using Migrator.Commands.Options;
using Migrator.Execution;

namespace Migrator.Commands;

/// <summary>The <c>migrate</c> command: brings the database from any state to the target version, for init containers.</summary>
internal static class MigrateCommand
{
    private static readonly Option<bool> Finish = new("--finish")
    {
        Description = "Run finish phases too: what was pending before, and what up leaves pending. Only where no node runs the previous "
            + "version any more.",
    };

    public static Command Create() => MigratorCommand.Define(
        "migrate",
        "Bring the database to the wanted state, whatever state it is in: bootstrap if it is empty or its bootstrap is incomplete, else "
            + "up.",
        """
        migrator migrate -c /etc/kong/kong.conf --wait 60
        migrator migrate -c /etc/kong/kong.conf --finish
        """,
        ExitCode.OfWriting,
        () => [.. WritingOptions.All, Finish, WritingOptions.SaveRows],
        (context, cancellationToken) => RunCommand.RunAsync(
            context, "migrate", context.Get(Finish) ? RunKind.MigrateAndFinish : RunKind.Migrate, cancellationToken));
}
