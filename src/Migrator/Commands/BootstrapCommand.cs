using System.CommandLine;
using Migrator.Commands.Options;
using Migrator.Errors;
using Migrator.Execution;

namespace Migrator.Commands;

/// <summary>
/// The <c>bootstrap</c> command: creates the gateway's tables in an empty database in one transaction, or completes an incomplete
/// bootstrap.
/// </summary>
internal static class BootstrapCommand
{
    private static readonly Option<bool> Force = new("--force", "-f")
    {
        Description = "Drop Kong's tables and functions first, with all rows. Needs --yes.",
    };

    public static Command Create() => MigratorCommand.Define(
        "bootstrap",
        "Make the gateway's tables in an empty database, in one transaction. An incomplete bootstrap is completed.",
        """
        migrator bootstrap -c /etc/kong/kong.conf
        KONG_PG_SCHEMA=gateway migrator bootstrap -c kong.conf --lock-timeout 120
        """,
        [.. WritingOptions.All, Force, WritingOptions.DropEverything, WritingOptions.Yes],
        RunAsync);

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        if (context.Get(Force) && !context.Get(WritingOptions.Yes))
        {
            throw new MigratorException(
                "bootstrap --force drops the gateway's tables, with all their rows, and creates them anew.",
                "It needs --yes.",
                "Give --force --yes if that is what you want. Nothing has been changed.");
        }

        if (context.Get(WritingOptions.DropEverything) && !context.Get(Force))
        {
            throw new MigratorException(
                "--drop-everything needs --force.",
                cause: null,
                "Give --force --yes --drop-everything, or leave --drop-everything out. Nothing has been changed.");
        }

        var outcome = await context.RunAsync(RunKind.Bootstrap, cancellationToken, context.Get(Force));
        context.WriteAnswer(Answer(outcome));
        return ExitCode.Success;
    }

    private static string Answer(RunOutcome outcome) => outcome switch
    {
        { Done.Count: > 0 } => $"Database '{outcome.Facts.Database}' is bootstrapped: {outcome.Migrations} executed.",
        { State.IsComplete: true } => $"Database '{outcome.Facts.Database}' is bootstrapped already: nothing to do.",
        { State.HasPending: true } => $"Database '{outcome.Facts.Database}' is bootstrapped already. Migrations are pending: see "
            + "migrator list, then migrator finish.",
        _ => $"Database '{outcome.Facts.Database}' is bootstrapped already. New migrations are available: run migrator up.",
    };
}
