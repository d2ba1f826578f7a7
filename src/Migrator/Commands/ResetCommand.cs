using System.CommandLine;
using Migrator.Commands.Options;
using Migrator.Display;
using Migrator.Execution;
using Migrator.Inspection;
using Migrator.Output;

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
        [ExitCode.Drift, ExitCode.Locked, .. ExitCode.OfConnections],
        () => [.. WritingOptions.All, WritingOptions.DropEverything, WritingOptions.Yes],
        RunAsync);

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var settings = context.ReadSettings();
        if (DropQuestion.CannotAsk(context))
        {
            throw DropQuestion.NeedsYes("reset", settings);
        }

        await using var session = await context.ConnectAsync(settings, cancellationToken);
        var reset = new SchemaReset(session, context.RunOptions(settings), context.Messages);
        var facts = await reset.WaitUntilFreeAsync(cancellationToken);
        if (facts.Ledger.IsEmpty)
        {
            throw new MigratorException(
                $"There is nothing to reset: schema '{facts.Schema}' of database '{facts.Database}' has no schema_meta, so no gateway's "
                    + "tables.",
                "Check pg_database and pg_schema if you expected some.");
        }

        facts.RequireModifiable();
        var (title, before) = (context.Title(facts, settings), facts.Ledger);
        var list = new DropList([], []);
        if (!context.Get(WritingOptions.Yes) || context.WritesJson)
        {
            // Checked before asking: the user must not confirm what is refused afterwards.
            var contents = await reset.RequireNoForeignObjectsAsync(facts, cancellationToken);
            list = await DropList.ReadAsync(session, facts, contents.Others, cancellationToken);
        }

        if (!DropQuestion.IsConfirmed(context, "reset", title, facts, list))
        {
            return ExitCode.Usage;
        }

        await reset.RunAsync(facts, cancellationToken);
        context.HasChanged = true;
        context.Write(
            writer => writer.WriteLine(DisplayText.Line(
                $"Dropped the gateway's tables in schema '{facts.Schema}' of database '{facts.Database}' on {title.Server}.")),
            () => [("database", title.Json(before)), ("dropped", DropText.Json(list))]);
        return ExitCode.Success;
    }
}
