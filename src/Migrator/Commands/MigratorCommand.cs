using System.CommandLine;
using System.CommandLine.Help;
using Migrator.Commands.Options;

namespace Migrator.Commands;

/// <summary>The program as a tree of commands.</summary>
internal static class MigratorCommand
{
    /// <summary>Builds the tree.</summary>
    public static RootCommand Create()
    {
        var root = new RootCommand("Migrations for Kong Gateway on PostgreSQL and Amazon RDS: what 'kong migrations' is, done right.")
        {
            BootstrapCommand.Create(),
            UpCommand.Create(),
            FinishCommand.Create(),
            MigrateCommand.Create(),
            ListCommand.Create(),
            VerifyCommand.Create(),
            StatusCommand.Create(),
            ResetCommand.Create(),
            ConfigCommand.Create(),
            CheckCommand.Create(),
            TokenCommand.Create(),
            CompletionCommand.Create(),
        };
        root.Options.Remove(root.Options.OfType<HelpOption>().Single());
        root.Add(Help(
            """
            migrator migrate -c /etc/kong/kong.conf       whatever the database needs, in an init container
            migrator bootstrap -c /etc/kong/kong.conf     make the gateway's tables in an empty database
            migrator up -c /etc/kong/kong.conf            bring them to the newest version
            migrator list -c /etc/kong/kong.conf          see where the database stands
            """));
        return root;
    }

    /// <summary>A command that does its work on the command's context.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">One sentence for the list of commands, and more for its own help.</param>
    /// <param name="examples">Examples for its help: a line each.</param>
    /// <param name="options">Its options, besides those of every command.</param>
    /// <param name="run">What it does; returns the exit code.</param>
    public static Command Define(
        string name, string description, string examples, IEnumerable<Option> options, Func<CommandContext, CancellationToken,
            Task<int>> run)
    {
        var command = new Command(name, description);
        foreach (var option in options.Concat(OutputOptions.All))
        {
            command.Add(option);
        }

        command.Add(Help(examples));
        command.SetAction((arguments, cancellationToken) => CommandHost.RunAsync(arguments, run, cancellationToken));
        return command;
    }

    /// <summary>Help with examples, under the names that Unix has for it.</summary>
    private static HelpOption Help(string examples) => new("--help", "-h") { Action = new HelpWithExamples(examples) };
}
