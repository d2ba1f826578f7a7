using System.Text.RegularExpressions;
using Migrator.Tests.Commands;

namespace Migrator.Tests.Deployment;

/// <summary>The pages docs/troubleshooting*.md have each error of the program. The errors are read from its source.</summary>
internal sealed partial class TroubleshootingTests
{
    private const int MaxMessagesOfAnEntry = 3;
    private const int MinLetters = 6;

    // How errors are made: the code before the arguments, the argument with the text, how many arguments there are at least, and the file
    // or the word in it that limits the search. 'new(' with three arguments is a MigratorException: what, cause, remedy.
    private static readonly (string Code, int Argument, int AtLeast, string Where)[] Makers =
    [
        (@"new MigratorException\(", 0, 1, ""),
        (@"(?<![\w>])new\(", 0, 3, "MigratorException"),
        (@"\bMake\(", 3, 4, "StsDiagnosis.cs"),
        (@"\bRefuse\(", 1, 2, ""),
        (@"\bAddError\(", 0, 1, ""),
        (@"\bError\(", 0, 1, "UsageErrors.cs"),
        (@"\b[eE]rrors\.Add\(", 1, 2, ""),
        (@"\bMissing\(", 1, 2, ""),
        (@"=>\s*(?=[""$])", 0, 1, "HostName.cs"),
    ];

    // Made in other ways: a heading of ConfigurationException, the error of UsageErrors for nothing at all, and two of System.CommandLine.
    private static readonly string[] Others =
    [
        "The configuration is refused: …", "The configuration … is refused, for … reasons:", "No command was given.",
        "Required argument missing for option: '…'.", "Option '…' is required.",
    ];

    private static readonly IReadOnlyList<string> Entries =
    [
        .. Directory.EnumerateFiles(Documents.PathOf("docs"), "troubleshooting*.md").SelectMany(File.ReadLines)
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .SelectMany(line => Code().Matches(line.Split(" | ")[0])).Select(match => match.Groups["code"].Value),
    ];

    private static readonly IReadOnlyList<string> Messages =
    [
        .. Directory.EnumerateFiles(Documents.PathOf("src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/Migrations/", StringComparison.Ordinal)).SelectMany(MessagesOf)
            .Concat(Others).Distinct(StringComparer.Ordinal),
    ];

    [Test]
    public void Each_error_of_the_program_has_an_entry() =>
        Assert.That(Messages.Where(message => !Entries.Any(entry => Has(message, entry))), Is.Empty);

    [Test]
    public void Each_entry_is_part_of_an_error_of_the_program_and_of_few_of_them()
    {
        var wrong = Entries.Where(entry => entry.Count(char.IsAsciiLetter) < MinLetters
            || Messages.Count(message => Has(message, entry)) is 0 or > MaxMessagesOfAnEntry);
        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void The_errors_are_found_in_every_form_of_the_source() => Assert.That(Messages, Is.SupersetOf(new[]
    {
        "… refused the password of user '…' […].",
        "Migration … did not get a lock on a table: …; --lock-timeout … s is over.",
        "The bootstrap of database '…' is incomplete, and … needs a complete one.",
        "Schema '…' holds something under a name of the gateway's that is not the gateway's: ….",
        "STS throttles, after several tries with pauses: …",
        "prefix is empty: the gateway's loader crashes on it. Give a directory, or remove the setting.",
        "is …: a port is a number from 1 to 65535.",
        "has quotes in it. Remove them.",
    }));

    private static bool Has(string message, string entry) => message.Contains(entry, StringComparison.Ordinal);

    private static IEnumerable<string> MessagesOf(string file)
    {
        var source = File.ReadAllText(file);
        foreach (var (code, argument, atLeast, where) in Makers)
        {
            if (where.Length > 0 && !file.EndsWith(where, StringComparison.Ordinal) && !source.Contains(where, StringComparison.Ordinal))
            {
                continue;
            }

            foreach (Match match in Regex.Matches(source, code, RegexOptions.None, TimeSpan.FromSeconds(10)))
            {
                var arguments = new SourceText(source).Arguments(match.Index + match.Length);
                foreach (var message in arguments.Count < atLeast ? [] : TextsOf(arguments[argument], source))
                {
                    yield return message;
                }
            }
        }
    }

    // The text may be in a variable of its own, 'what'.
    private static IEnumerable<string> TextsOf(SourceExpression argument, string source) => argument.Code != "what"
        ? argument.Texts()
        : Variable().Matches(source).SelectMany(m => new SourceText(source).ExpressionAt(m.Index + m.Length).Texts())
            .Where(text => text.Contains(' ', StringComparison.Ordinal));

    [GeneratedRegex("`(?<code>[^`]+)`", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Code();

    [GeneratedRegex(@"\bvar what = ", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Variable();
}
