using System.CommandLine;
using System.CommandLine.Parsing;
using Migrator.Configuration.Settings;
using Migrator.Display;

namespace Migrator.Commands;

/// <summary>Explains a command line that cannot be parsed: one error for a mistyped word, with a suggestion.</summary>
internal static class UsageErrors
{
    private const int MaxDistance = 2;

    /// <summary>The errors of a command line, at least one.</summary>
    /// <param name="parsed">The command line with errors.</param>
    public static IReadOnlyList<MigratorException> Of(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var isRoot = MigratorCommand.IsRoot(command);
        var see = $"See: migrator {(isRoot ? "" : command.Name + " ")}--help";

        // What else is wrong follows from the mistyped word, or is said by the next attempt.
        if (parsed.UnmatchedTokens is [var unknown, ..])
        {
            var isOption = unknown.StartsWith('-');
            var option = unknown.Split('=')[0];
            if (isOption && (isRoot ? command.Subcommands.SelectMany(OptionNames) : OptionNames(command))
                .Contains(option, StringComparer.Ordinal))
            {
                // Without a command, the next attempt tells whether one was mistyped.
                return [Error("Options come after the command.", isRoot ? see : $"Run: {InPlace(parsed)}")];
            }

            return
            [
                Error(
                    isOption ? $"migrator{(isRoot ? "" : " " + command.Name)} has no option {unknown}."
                        : isRoot ? $"'{unknown}' is not a command."
                        : $"migrator {command.Name} takes no argument '{unknown}'.",
                    (Nearest(unknown, isOption ? OptionNames(command) : command.Subcommands.Select(c => c.Name)) is { } nearest
                        ? $"Did you mean {nearest}? " : "") + see),
            ];
        }

        var messages = isRoot ? ["No command was given."]
            : parsed.Errors.Select(e => e.Message).Distinct(StringComparer.Ordinal).ToList();
        return [.. messages.Select(message => Error(message, see))];
    }

    /// <summary>The nearest of several names, if it differs from the word by no more than two typing errors; otherwise null.</summary>
    public static string? Nearest(string word, IEnumerable<string> names)
    {
        var limit = Math.Min(MaxDistance, word.TrimStart('-').Length / 2);
        return names.Select(name => (Name: name, Distance: EditDistance.Between(word, name, limit))).Where(n => n.Distance <= limit)
            .OrderBy(n => n.Distance).FirstOrDefault().Name;
    }

    /// <summary>The command line with the options behind the command.</summary>
    private static string InPlace(ParseResult parsed) => $"migrator {parsed.CommandResult.Command.Name} "
        + string.Join(' ', parsed.Tokens.Where(t => t.Type != TokenType.Command).Select(t => ShellText.Word(t.Value)));

    private static MigratorException Error(string message, string remedy) => new(message, remedy)
    {
        ExitCode = ExitCode.Usage,
    };

    private static IEnumerable<string> OptionNames(Command command) => command.Options.SelectMany(o => o.Aliases.Append(o.Name));
}
