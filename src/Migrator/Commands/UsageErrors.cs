using System.CommandLine;
using Migrator.Errors;

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
        var (best, distance) = names.Select(name => (name, Distance(word, name))).OrderBy(n => n.Item2)
            .Append((null!, int.MaxValue)).First();
        return distance <= Math.Min(MaxDistance, word.TrimStart('-').Length / 2) ? best : null;
    }

    private static MigratorException Error(string message, string remedy) => new(message, cause: null, remedy)
    {
        ExitCode = ExitCode.Usage,
    };

    private static IEnumerable<string> OptionNames(Command command) => command.Options.SelectMany(o => o.Aliases.Append(o.Name));

    /// <summary>The number of typing errors between two words: a letter too many, missing, wrong, or exchanged with the next one.</summary>
    private static int Distance(string a, string b)
    {
        var (before, previous, current) = (new int[b.Length + 1], new int[b.Length + 1], Enumerable.Range(0, b.Length + 1).ToArray());
        for (var i = 1; i <= a.Length; i++)
        {
            (before, previous, current) = (previous, current, before);
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                current[j] = Math.Min(Math.Min(previous[j], current[j - 1]) + 1, replaced);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    current[j] = Math.Min(current[j], before[j - 2] + 1);
                }
            }
        }

        return current[b.Length];
    }
}
