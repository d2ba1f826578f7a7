using System.CommandLine;
using Migrator.Commands.Options;
using Migrator.Errors;
using Migrator.Execution;
using Migrator.Ledger;

namespace Migrator.Commands;

/// <summary>The <c>up</c> command: runs the up phase of every new migration, each in its own transaction.</summary>
internal static class UpCommand
{
    public static Command Create() => MigratorCommand.Define(
        "up",
        "Run the up phase of every new migration: safe while the previous gateway version still runs.",
        """
        migrator up -c /etc/kong/kong.conf
        migrator up -c /etc/kong/kong.conf --lock-timeout 300 -v
        """,
        [.. WritingOptions.All, WritingOptions.Force],
        RunAsync);

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var outcome = await context.RunAsync(RunKind.Up, cancellationToken, context.Get(WritingOptions.Force));
        var pending = StepPlanner.Finish(outcome.State).Count;
        context.WriteAnswer(outcome.Done.Count == 0
            ? $"Database '{outcome.Facts.Database}' has no new migrations: nothing to do."
            : $"Database '{outcome.Facts.Database}' is migrated: {outcome.Migrations}"
                + $"{(pending > 0 ? $"; {pending} wait for finish" : "")}.");
        if (pending > 0)
        {
            context.WriteAnswer(StateAdvice.Finish.Do(context.Conf)!);
        }

        return ExitCode.Success;
    }
}
