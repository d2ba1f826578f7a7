using System.CommandLine;
using Migrator.Commands.Options;
using Migrator.Connecting;
using Migrator.Errors;
using Migrator.Execution;
using Migrator.Inspection;

namespace Migrator.Commands;

/// <summary>The <c>reset</c> command: drops the gateway's tables and functions.</summary>
internal static class ResetCommand
{
    public static Command Create() => MigratorCommand.Define(
        "reset",
        "Drop Kong's tables and functions, with all rows. Asks first; without a terminal it needs --yes. Refuses if other objects "
            + "would go too.",
        """
        migrator reset -c kong.conf
        migrator reset -c kong.conf --yes && migrator bootstrap -c kong.conf
        """,
        [.. WritingOptions.All, WritingOptions.DropEverything, WritingOptions.Yes],
        RunAsync);

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var settings = context.ReadSettings();
        if (!context.Get(WritingOptions.Yes) && !context.Host.IsInputTerminal)
        {
            throw new MigratorException(
                $"reset would drop everything that the gateway has in database '{settings.Database}' on "
                    + $"{ConnectionDiagnosis.Server(settings)}.",
                "There is no terminal to ask on.",
                "Give --yes if that is what you want. Nothing has been changed.");
        }

        await using var session = await context.ConnectAsync(settings, cancellationToken);
        var reset = new SchemaReset(session, context.RunOptions(settings), context.Messages);
        var facts = await reset.WaitUntilFreeAsync(cancellationToken);
        if (facts.Ledger.IsEmpty)
        {
            throw new MigratorException(
                $"There is nothing to reset: schema '{facts.Schema}' of database '{facts.Database}' has no schema_meta, so no gateway's "
                    + "tables.",
                cause: null,
                "Check pg_database and pg_schema if you expected some.");
        }

        facts.RequireModifiable();
        if (!context.Get(WritingOptions.Yes))
        {
            // Checked before asking: the user must not confirm what is refused afterwards.
            await reset.RequireNoForeignObjectsAsync(facts, cancellationToken);
            if (!Confirm(context, facts, ConnectionDiagnosis.Server(settings)))
            {
                context.WriteAnswer("Nothing has been changed.");
                return ExitCode.Failure;
            }
        }

        await reset.RunAsync(facts, cancellationToken);
        context.HasChanged = true;
        context.WriteAnswer($"Dropped the gateway's tables in schema '{facts.Schema}' of database '{facts.Database}'.");
        return ExitCode.Success;
    }

    private static bool Confirm(CommandContext context, DatabaseFacts facts, string server)
    {
        var what = context.Get(WritingOptions.DropEverything) ? "everything" : "the gateway's tables";
        context.Messages.Ask($"Drop {what} in schema '{facts.Schema}' of database '{facts.Database}' on {server}? Type 'yes' to go on:");
        return context.Host.ReadReply() == "yes";
    }
}
