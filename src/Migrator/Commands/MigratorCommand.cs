using System.CommandLine;
using System.CommandLine.Help;
using Migrator.Commands.Options;

namespace Migrator.Commands;

/// <summary>Creates the root command and defines its subcommands.</summary>
internal static class MigratorCommand
{
    /// <summary>Creates the root command, with all subcommands.</summary>
    public static RootCommand Create()
    {
        var root = new RootCommand("Run the migrations of Kong Gateway on PostgreSQL and Amazon RDS, in place of 'kong migrations'.")
        {
            BootstrapCommand.Create(),
            UpCommand.Create(),
            FinishCommand.Create(),
            MigrateCommand.Create(),
            ListCommand.Create(),
            PlanCommand.Create(),
            VerifyCommand.Create(),
            AdviseCommand.Create(),
            StatusCommand.Create(),
            WaitCommand.Create(),
            NodesCommand.Create(),
            ResetCommand.Create(),
            ConfigCommand.Create(),
            CheckCommand.Create(),
            GrantsCommand.Create(),
            TokenCommand.Create(),
            CompletionCommand.Create(),
        };
        root.Options.Remove(root.Options.OfType<HelpOption>().Single());
        root.Options.OfType<VersionOption>().Single().Action = new VersionText();
        root.Add(Help(
            """
            migrator migrate -c /etc/kong/kong.conf       whatever the database needs, in an init container
            migrator bootstrap -c /etc/kong/kong.conf     make the gateway's tables in an empty database
            migrator up -c /etc/kong/kong.conf            bring them to the newest version
            migrator list -c /etc/kong/kong.conf          see where the database stands
            """,
            []));
        return root;
    }

    /// <summary>Defines a command that runs in a <see cref="CommandContext"/>.</summary>
    /// <param name="name">The name of the command.</param>
    /// <param name="description">The description, for the list of commands and for the help of the command.</param>
    /// <param name="examples">The examples for the help, one per line.</param>
    /// <param name="exitCodes">The exit codes, in addition to those of every command.</param>
    /// <param name="options">The options, in addition to those of every command.</param>
    /// <param name="run">Runs the command and returns the exit code.</param>
    public static Command Define(
        string name,
        string description,
        string examples,
        IReadOnlyList<int> exitCodes,
        IEnumerable<Option> options,
        Func<CommandContext, CancellationToken, Task<int>> run)
    {
        var command = new Command(name, description);
        foreach (var option in options.Concat(OutputOptions.All))
        {
            command.Add(option);
        }

        command.Add(Help(examples, exitCodes));
        command.SetAction((arguments, cancellationToken) => CommandHost.RunAsync(arguments, run, cancellationToken));
        return command;
    }

    /// <summary>Creates the help option, with examples, under its Unix names only.</summary>
    private static HelpOption Help(string examples, IReadOnlyList<int> exitCodes) =>
        new("--help", "-h") { Action = new HelpText(examples, exitCodes) };
}
