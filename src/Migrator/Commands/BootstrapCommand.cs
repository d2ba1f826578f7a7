using System.CommandLine;
using Migrator.Commands.Options;
using Migrator.Execution;
using Migrator.Inspection;

namespace Migrator.Commands;

/// <summary>
/// The <c>bootstrap</c> command: creates the gateway's tables in an empty database in one transaction, or completes an incomplete
/// bootstrap.
/// </summary>
internal static class BootstrapCommand
{
    private static readonly Option<bool> Force = new("--force", "-f")
    {
        Description = "Drop Kong's tables and functions first, with all rows. Asks first; without a terminal it needs --yes.",
    };

    public static Command Create() => MigratorCommand.Define(
        "bootstrap",
        "Make the gateway's tables in an empty database, in one transaction. An incomplete bootstrap is completed.",
        """
        migrator bootstrap -c /etc/kong/kong.conf
        KONG_PG_SCHEMA=gateway migrator bootstrap -c kong.conf --lock-timeout 120
        """,
        ExitCode.OfWriting,
        () => [.. WritingOptions.All, Force, WritingOptions.DropEverything, WritingOptions.Yes],
        RunAsync);

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        if (context.Get(WritingOptions.DropEverything) && !context.Get(Force))
        {
            throw new MigratorException(
                "--drop-everything needs --force.",
                "Give --force --yes --drop-everything, or leave --drop-everything out. Nothing has been changed.")
            { ExitCode = Errors.ExitCode.Usage };
        }

        if (context.Get(Force) && !context.Get(WritingOptions.Yes) && !await IsConfirmedAsync(context, cancellationToken))
        {
            return ExitCode.Usage;
        }

        return await RunCommand.RunAsync(context, "bootstrap", RunKind.Bootstrap, cancellationToken, context.Get(Force));
    }

    /// <summary>Shows what --force would drop, and asks. A database without a ledger needs no question: nothing is dropped.</summary>
    private static async Task<bool> IsConfirmedAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var settings = context.ReadSettings();
        if (DropQuestion.CannotAsk(context))
        {
            throw DropQuestion.NeedsYes("bootstrap --force", settings);
        }

        await using var session = await context.ConnectAsync(settings, cancellationToken);
        var reset = new SchemaReset(session, context.RunOptions(settings), context.Messages);
        var facts = await reset.WaitUntilFreeAsync(cancellationToken);
        if (facts.Ledger.IsEmpty)
        {
            return true;
        }

        facts.RequireModifiable();
        var contents = await reset.RequireNoForeignObjectsAsync(facts, cancellationToken);
        var list = await DropList.ReadAsync(session, facts, contents.Others, cancellationToken);
        return DropQuestion.IsConfirmed(context, "bootstrap --force", context.Title(facts, settings), facts, list);
    }
}
