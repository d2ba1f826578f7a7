using Migrator.Commands.Options;
using Migrator.Configuration.Connection;
using Migrator.Connecting;
using Migrator.Inspection;
using Migrator.Output;

namespace Migrator.Commands;

/// <summary>
/// The question before <c>reset</c> and <c>bootstrap --force</c>: shows what would be dropped, and wants the database's name.
/// </summary>
internal static class DropQuestion
{
    /// <summary>Whether --yes is missing, and there is neither a terminal to ask on nor --json to answer with the list.</summary>
    public static bool CannotAsk(CommandContext context) =>
        !context.Get(WritingOptions.Yes) && !context.Host.IsInputTerminal && !context.WritesJson;

    /// <summary>The error of a command that needs --yes.</summary>
    public static MigratorException NeedsYes(string command, PostgresSettings settings) =>
        NeedsYes(command, settings.Database, ConnectionDiagnosis.Server(settings), "There is no terminal to ask on.");

    /// <summary>Shows what would be dropped, and asks. With --json, writes the list and the error that --yes is missing.</summary>
    /// <param name="context">The context.</param>
    /// <param name="command">The command.</param>
    /// <param name="title">The database.</param>
    /// <param name="facts">The facts of the database.</param>
    /// <param name="list">What would be dropped.</param>
    /// <returns>Whether --yes was given or the user has confirmed.</returns>
    public static bool IsConfirmed(CommandContext context, string command, DatabaseTitle title, DatabaseFacts facts, DropList list)
    {
        if (context.Get(WritingOptions.Yes))
        {
            return true;
        }

        if (context.WritesJson)
        {
            var error = NeedsYes(command, title.Database, title.Server, "With --json nothing is asked.");
            context.Messages.Error(error);
            context.WriteJson(
                ("database", title.Json(facts.Ledger)), ("would_drop", DropText.Json(list)), ("error", Messages.Json(error)));
            return false;
        }

        var what = context.Get(WritingOptions.DropEverything) ? "everything" : "the gateway's tables";
        context.Messages.Ask(
            [$"This drops {what} in schema '{facts.Schema}' of database '{title.Database}' on {title.Server}:", .. DropText.Lines(list)],
            "Type the name of the database to go on:");
        if (context.Host.ReadReply() == title.Database)
        {
            return true;
        }

        context.Answer.WriteLine("That is not the name of the database. Nothing has been changed.");
        return false;
    }

    private static MigratorException NeedsYes(string command, string database, string server, string cause) => new(
        $"{command} would drop everything that the gateway has in database '{database}' on {server}.",
        cause,
        "Give --yes if that is what you want; --json lists what would be dropped. Nothing has been changed.")
    { ExitCode = ExitCode.Usage };
}
