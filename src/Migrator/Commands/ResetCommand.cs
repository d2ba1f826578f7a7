using System.CommandLine;
using Migrator.Commands.Options;
using Migrator.Connecting;
using Migrator.Errors;
using Migrator.Ledger;
using Migrator.Output;
using Migrator.Running;

namespace Migrator.Commands;

/// <summary><c>reset</c>: drops everything in the gateway's schema.</summary>
internal static class ResetCommand
{
    public static Command Create() => MigratorCommand.Define(
        "reset",
        "Drop everything in the gateway's schema: tables, rows, functions. Asks first; without a terminal it needs --yes.",
        """
        migrator reset -c kong.conf
        migrator reset -c kong.conf --yes && migrator bootstrap -c kong.conf
        """,
        [.. WritingOptions.All, WritingOptions.Yes],
        RunAsync);

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancel)
    {
        var settings = context.ReadSettings();
        if (!context.Get(WritingOptions.Yes) && Console.IsInputRedirected)
        {
            throw new MigratorException(
                $"reset would drop everything that the gateway has in database '{settings.Database}' on {ConnectionDiagnosis.Server(settings)}.",
                "There is no terminal to ask on.",
                "Give --yes if that is what you want. Nothing has been changed.");
        }

        await using var session = await context.ConnectAsync(settings, cancel);
        var reset = new SchemaReset(session, context.RunOptions(settings), context.Messages);
        var facts = await reset.LookAsync(cancel);
        if (facts.Ledger.Length == 0)
        {
            throw new MigratorException(
                $"There is nothing to reset: schema '{facts.Schema}' of database '{facts.Database}' has no schema_meta, so no gateway's tables.",
                cause: null,
                "Check pg_database and pg_schema if you expected some.");
        }

        facts.RequireWritable();
        if (!context.Get(WritingOptions.Yes) && !Confirm(context, facts, ConnectionDiagnosis.Server(settings)))
        {
            context.WriteAnswer("Nothing has been changed.");
            return ExitCode.Failure;
        }

        await reset.RunAsync(facts, cancel);
        context.HasChanged = true;
        context.WriteAnswer($"Schema '{facts.Schema}' of database '{facts.Database}' is empty now.");
        return ExitCode.Success;
    }

    private static bool Confirm(CommandContext context, DatabaseFacts facts, string server)
    {
        context.Messages.Ask(
            $"Drop everything in schema '{facts.Schema}' of database '{facts.Database}' on {server}? Type 'yes' to go on:");
        return StandardStreams.ReadReply() == "yes";
    }
}
