using System.CommandLine;
using System.CommandLine.Invocation;
using Migrator.Commands.Options;

namespace Migrator.Commands;

/// <summary>Creates the root command and defines its subcommands.</summary>
internal static class MigratorCommand
{
    private const string Name = "migrator";
    private const string Description = "Run the migrations of Kong Gateway on PostgreSQL and Amazon RDS, in place of 'kong migrations'.";

    /// <summary>Creates the root command, with all subcommands and their options.</summary>
    public static Command Create() => DefineAll(CreateNames(new Command(Name, Description)));

    /// <summary>
    /// Creates the root command for a command line: if it begins with a subcommand, only that one has its options. To define those of all
    /// takes a millisecond.
    /// </summary>
    public static Command CreateFor(IReadOnlyList<string> arguments)
    {
        var first = arguments.FirstOrDefault("");

        // RootCommand answers the shell's question for completions. Its constructor takes 2 ms: it looks for the program's name and for
        // texts in resources, neither of which is used here.
        if (IsCompletion(arguments))
        {
            var completing = new RootCommand(Description);
            completing.Options.Clear();
            return DefineAll(CreateNames(completing));
        }

        var root = CreateNames(new Command(Name, Description));
        if (root.Subcommands.FirstOrDefault(c => c.Name == first) is Subcommand command)
        {
            command.Define();
            return root;
        }

        return arguments is ["--help" or "-h" or "--version"] ? root : DefineAll(root);
    }

    /// <summary>Whether a shell asks for completions, as the scripts of <c>completion</c> make it do.</summary>
    public static bool IsCompletion(IReadOnlyList<string> arguments) =>
        arguments.Count > 0 && arguments[0].StartsWith("[suggest:", StringComparison.Ordinal);

    /// <summary>Whether a command is the root command.</summary>
    public static bool IsRoot(Command command) => !command.Parents.Any();

    private static Command CreateNames(Command root)
    {
        root.Add(BootstrapCommand.Create());
        root.Add(UpCommand.Create());
        root.Add(FinishCommand.Create());
        root.Add(MigrateCommand.Create());
        root.Add(ListCommand.Create());
        root.Add(PlanCommand.Create());
        root.Add(VerifyCommand.Create());
        root.Add(AdviseCommand.Create());
        root.Add(StatusCommand.Create());
        root.Add(WaitCommand.Create());
        root.Add(NodesCommand.Create());
        root.Add(ResetCommand.Create());
        root.Add(ConfigCommand.Create());
        root.Add(CheckCommand.Create());
        root.Add(GrantsCommand.Create());
        root.Add(TokenCommand.Create());
        root.Add(CompletionCommand.Create());
        root.Add(Flag("Show the version.", new VersionText(), "--version"));
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

    private static Command DefineAll(Command root)
    {
        foreach (var command in root.Subcommands.OfType<Subcommand>())
        {
            command.Define();
        }

        return root;
    }

    /// <summary>Defines a command that runs in a <see cref="CommandContext"/>.</summary>
    /// <param name="name">The name of the command.</param>
    /// <param name="description">The description, for the list of commands and for the help of the command.</param>
    /// <param name="examples">The examples for the help, one per line.</param>
    /// <param name="exitCodes">The exit codes, in addition to those of every command.</param>
    /// <param name="options">Returns the options, in addition to those of every command.</param>
    /// <param name="run">Runs the command and returns the exit code.</param>
    public static Command Define(
        string name,
        string description,
        string examples,
        IReadOnlyList<int> exitCodes,
        Func<IEnumerable<Option>> options,
        Func<CommandContext, CancellationToken, Task<int>> run) =>
        new Subcommand(name, description, command =>
        {
            foreach (var option in options().Concat(OutputOptions.All))
            {
                command.Add(option);
            }

            command.Add(Help(examples, exitCodes));
            command.SetAction((arguments, cancellationToken) => CommandHost.RunAsync(arguments, run, cancellationToken));
        });

    private static Option<bool> Help(string examples, IReadOnlyList<int> exitCodes) =>
        Flag("Show this help.", new HelpText(examples, exitCodes), "--help", "-h");

    /// <summary>Creates an option that does something else than the command.</summary>
    private static Option<bool> Flag(string description, CommandLineAction action, string name, params string[] aliases) =>
        new(name, aliases) { Description = description, Action = action, Arity = ArgumentArity.Zero };

    /// <summary>A command that gets its options and its action when they are needed.</summary>
    private sealed class Subcommand(string name, string description, Action<Command> define) : Command(name, description)
    {
        public void Define() => define(this);
    }
}
