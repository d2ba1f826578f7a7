using System.CommandLine;
using Migrator.Commands.Options;
using Migrator.Errors;
using Migrator.Execution;
using Migrator.Ledger;

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
        [.. WritingOptions.All, WritingOptions.Force],
        RunAsync);

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var outcome = await context.RunAsync(RunKind.Finish, cancellationToken, context.Get(WritingOptions.Force));
        context.WriteAnswer(outcome.Done.Count == 0
            ? $"Database '{outcome.Facts.Database}' has no pending migrations: nothing to finish."
            : $"Database '{outcome.Facts.Database}' is finished: {outcome.Migrations} executed.");
        if (outcome.State.HasNew)
        {
            context.WriteAnswer(StateAdvice.Up.Sentence(context.Conf));
        }

        return ExitCode.Success;
    }
}
