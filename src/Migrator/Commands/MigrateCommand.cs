using System.CommandLine;
using Migrations.Compiling;
using Migrator.Commands.Options;
using Migrator.Errors;
using Migrator.Execution;
using Migrator.Ledger;

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
        [.. WritingOptions.All, Finish],
        RunAsync);

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var outcome = await context.RunAsync(context.Get(Finish) ? RunKind.MigrateAndFinish : RunKind.Migrate, cancellationToken);
        context.WriteAnswer(Answer(outcome));
        if (outcome.State.HasPending)
        {
            context.WriteAnswer(StateAdvice.Finish.Do(context.Conf)!);
        }

        return ExitCode.Success;
    }

    private static string Answer(RunOutcome outcome)
    {
        var (up, finish) = (outcome.Done.Count(s => s.Phase == Phase.Up), outcome.Done.Count(s => s.Phase == Phase.Finish));
        var pending = StepPlanner.Finish(outcome.State).Count;
        var waiting = pending > 0 ? $"; {pending} wait for finish" : "";
        return (up, finish) switch
        {
            (0, 0) => $"Database '{outcome.Facts.Database}' is up to date: nothing to do{waiting}.",
            _ => $"Database '{outcome.Facts.Database}' is up to date: {up} migrations done, {finish} finished{waiting}.",
        };
    }
}
