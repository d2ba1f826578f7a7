using System.CommandLine;
using System.CommandLine.Invocation;
using System.Text;
using Migrator.Commands.Options;

namespace Migrator.Commands;

/// <summary>
/// Prints the help of a command: what it does, its usage, its options in groups, its exit codes, and examples. System.CommandLine's own
/// help has no groups, and wraps differently in every terminal.
/// </summary>
/// <param name="examples">The examples, one per line.</param>
/// <param name="exitCodes">The exit codes of the command, apart from those of every command.</param>
internal sealed class HelpText(string examples, IReadOnlyList<int> exitCodes) : SynchronousCommandLineAction
{
    private const int Width = 100;
    private const int MaxNameWidth = 34;

    private static readonly (string Title, IReadOnlyList<Option> Options)[] Groups =
    [
        ("Connection", [DatabaseOptions.DbTimeout, DatabaseOptions.Wait, DatabaseOptions.ReadOnly, ConfigurationOptions.VerifyHost]),
        ("Locks", [WritingOptions.LockTimeout, WritingOptions.DdlLockTimeout]),
        ("IAM", [DatabaseOptions.IamEndpoint, WritingOptions.IamSpread]),
        ("Output", OutputOptions.All),
    ];

    /// <summary>The examples.</summary>
    public IEnumerable<string> Examples => examples.Split('\n').Select(line => line.TrimEnd());

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var command = parseResult.CommandResult.Command;
        var text = new StringBuilder();
        Wrap(text, command.Description!, indent: 0);
        text.Append("\nUsage:\n  ").Append(Usage(command)).Append('\n');
        foreach (var section in Sections(command))
        {
            Append(text, section);
        }

        text.Append("\nExamples:\n");
        foreach (var line in Examples)
        {
            text.Append("  ").Append(line).Append('\n');
        }

        if (MigratorCommand.IsRoot(command))
        {
            text.Append("\nThe help of a command: migrator help COMMAND\n");
        }

        parseResult.InvocationConfiguration.Output.Write(text.ToString());
        return ExitCode.Success;
    }

    /// <summary>Returns the sections between usage and examples: subcommands, arguments, options in groups, exit codes.</summary>
    public IEnumerable<HelpSection> Sections(Command command)
    {
        var grouped = Groups.SelectMany(g => g.Options).ToHashSet();
        HelpSection[] sections =
        [
            new("Commands", [.. command.Subcommands.Select(c => (c.Name, c.Description!))]),
            new("Arguments", [.. command.Arguments.Select(a => (a.Name.ToUpperInvariant(), a.Description!))]),
            new("Options", [.. command.Options.Where(o => !grouped.Contains(o)).Select(Row)]),
            .. Groups.Select(g => new HelpSection(g.Title, [.. g.Options.Where(command.Options.Contains).Select(Row)])),
            new("Exit codes", exitCodes.Count == 0 ? [] : [.. ExitCodes()]),
        ];
        return sections.Where(s => s.Rows.Count > 0);
    }

    private IEnumerable<(string Name, string Description)> ExitCodes() => ExitCode.All
        .Where(c => ExitCode.OfEveryCommand.Contains(c.Code) || exitCodes.Contains(c.Code))
        .OrderBy(c => c.Code)
        .Select(c => (c.Code > ExitCode.Signal ? "128+N" : $"{c.Code}", c.Meaning));

    /// <summary>Returns the command line, with names in place of values.</summary>
    public static string Usage(Command command) => MigratorCommand.IsRoot(command)
        ? "migrator COMMAND [options]"
        : $"migrator {command.Name}{string.Concat(command.Arguments.Select(Named))}"
            + $"{(command.Options.Contains(ConfigurationOptions.Conf) ? " -c FILE" : "")} [options]";

    private static string Named(Argument argument) =>
        argument.HasDefaultValue ? $" [{argument.Name.ToUpperInvariant()}]" : $" {argument.Name.ToUpperInvariant()}";

    private static (string Name, string Description) Row(Option option) =>
        ((option.Aliases.FirstOrDefault(a => a.Length == 2) is { } letter ? letter + ", " : "    ") + option.Name
            + (option.HelpName is { } value ? $" {value}" : ""), option.Description!);

    private static void Append(StringBuilder text, HelpSection section)
    {
        text.Append('\n').Append(section.Title).Append(":\n");
        var width = Math.Min(MaxNameWidth, section.Rows.Max(r => r.Name.Length));
        foreach (var (name, description) in section.Rows)
        {
            text.Append("  ").Append(name);
            if (name.Length > width)
            {
                text.Append('\n').Append(' ', width + 4);
            }
            else
            {
                text.Append(' ', width - name.Length + 2);
            }

            Wrap(text, description, width + 4);
        }
    }

    /// <summary>Adds a text, wrapped at the width, its second and further lines indented.</summary>
    private static void Wrap(StringBuilder text, string content, int indent)
    {
        var column = indent;
        foreach (var word in content.Split(' '))
        {
            if (column > indent && column + 1 + word.Length > Width)
            {
                text.Append('\n').Append(' ', indent);
                column = indent;
            }
            else if (column > indent)
            {
                text.Append(' ');
                column++;
            }

            text.Append(word);
            column += word.Length;
        }

        text.Append('\n');
    }
}
