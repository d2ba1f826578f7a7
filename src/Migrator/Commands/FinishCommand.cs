using System.CommandLine;
using Migrator.Commands.Options;
using Migrator.Errors;
using Migrator.Execution;

namespace Migrator.Commands;

/// <summary>The <c>finish</c> command: runs the finish phase of every pending migration.</summary>
internal static class FinishCommand
{
    public static Command Create() => MigratorCommand.Define(
        "finish",
        "Run the finish phase of every pending migration: only once every node runs the new gateway version.",
        """
        migrator finish -c /etc/kong/kong.conf
        """,
        ExitCode.OfWriting,
        [.. WritingOptions.All, WritingOptions.Force, WritingOptions.SaveRows],
        (context, cancellationToken) =>
            context.RunAndWriteAsync("finish", RunKind.Finish, cancellationToken, context.Get(WritingOptions.Force)));
}
