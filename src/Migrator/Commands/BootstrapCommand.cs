using System.CommandLine;
using Migrator.Commands.Options;
using Migrator.Errors;
using Migrator.Running;

namespace Migrator.Commands;

/// <summary><c>bootstrap</c>: everything on an empty database, in one transaction; or what a bootstrap that was cut short has left.</summary>
internal static class BootstrapCommand
{
    private static readonly Option<bool> Force = new("--force", "-f")
    {
        Description = "Drop everything in the gateway's schema first, with all rows. Needs --yes.",
    };

    public static Command Create() => MigratorCommand.Define(
        "bootstrap",
        "Make the gateway's tables in an empty database, in one transaction. A bootstrap that was cut short is completed.",
        """
        migrator bootstrap -c /etc/kong/kong.conf
        KONG_PG_SCHEMA=gateway migrator bootstrap -c kong.conf --lock-timeout 120
        """,
        [.. WritingOptions.All, Force, WritingOptions.Yes],
        RunAsync);

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancel)
    {
        if (context.Get(Force) && !context.Get(WritingOptions.Yes))
        {
            throw new MigratorException(
                "bootstrap --force drops everything that the gateway has in the schema, and begins anew.",
                "It does so only together with --yes.",
                "Give --force --yes if that is what you want. Nothing has been changed.");
        }

        var outcome = await context.RunAsync(RunKind.Bootstrap, cancel, context.Get(Force));
        context.WriteAnswer(Answer(outcome));
        return ExitCode.Success;
    }

    private static string Answer(RunOutcome outcome) => outcome switch
    {
        { Done.Count: > 0 } => $"Database '{outcome.Facts.Database}' is bootstrapped: {outcome.Migrations} executed.",
        { State.IsComplete: true } => $"Database '{outcome.Facts.Database}' is bootstrapped already: nothing to do.",
        { State.HasPending: true } => $"Database '{outcome.Facts.Database}' is bootstrapped already. Migrations are pending: see migrator list, then migrator finish.",
        _ => $"Database '{outcome.Facts.Database}' is bootstrapped already. New migrations are available: run migrator up.",
    };
}
