using System.CommandLine;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Migrator.Commands;
using Migrator.Tests.Commands;

namespace Migrator.Tests.Deployment;

/// <summary>The README and the pages of docs: their links lead somewhere, their commands can be parsed, and no page is missing.</summary>
internal sealed partial class DocumentTests
{
    private static readonly Command Root = MigratorCommand.Create();

    internal static IEnumerable<string> Pages() =>
    [
        "README.md", "CONTRIBUTING.md", "SECURITY.md", "docker/README.md", "benchmarks/README.md",
        .. Directory.EnumerateFiles(Documents.PathOf("docs"), "*.md", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Documents.PathOf(""), file)).Order(StringComparer.Ordinal),
    ];

    [TestCaseSource(nameof(Pages))]
    public void Each_link_leads_to_a_file_and_a_heading(string name)
    {
        var page = Read(name);
        var broken = page.Links.Where(link => !link.Contains("://", StringComparison.Ordinal) && !Exists(page, link));
        Assert.That(broken, Is.Empty);
    }

    [TestCaseSource(nameof(Pages))]
    public void Each_shell_block_is_what_bash_can_parse(string name) => Assert.Multiple(() =>
    {
        foreach (var block in Read(name).Blocks.Where(block => block.IsShell))
        {
            Assert.That(ErrorsOfBash(block.Script), Is.Empty, block.Script);
        }
    });

    [TestCaseSource(nameof(Pages))]
    public void Each_command_and_option_of_migrator_exists(string name) =>
        Assert.That(Read(name).Commands.SelectMany(Unknown), Is.Empty);

    [TestCaseSource(nameof(Pages))]
    public void Each_container_runs_a_command_that_migrator_takes(string name)
    {
        foreach (var arguments in Read(name).Commands.SelectMany(line => Arguments().Matches(line)).Select(m => m.Groups["list"].Value))
        {
            var words = arguments.Split(',').Select(word => word.Trim(' ', '"')).ToArray();
            Assert.That(Root.Parse(words).Errors, Is.Empty, arguments);
        }
    }

    [Test]
    public void The_map_has_each_page()
    {
        var pages = Directory.EnumerateFiles(Documents.PathOf("docs"), "*.md").Select(file => Path.GetFileName(file)!);
        Assert.That(pages.Where(page => page != "README.md"), Is.SubsetOf(Read("docs/README.md").Links));
    }

    [Test]
    public void A_mistake_is_noticed() => Assert.Multiple(() =>
    {
        var page = Read("docs/README.md");
        Assert.That(Exists(page, "upgrade.md#6-finish"), Is.True);
        Assert.That(Exists(page, "upgrade.md#no-such-heading"), Is.False);
        Assert.That(Exists(page, "no-such-page.md"), Is.False);
        Assert.That(ErrorsOfBash("if true; then"), Is.Not.Empty);
        Assert.That(Unknown("migrator finish -c kong.conf --when-drained 60s").Concat(Unknown("list --all | grep --count x")), Is.Empty);
        Assert.That(Unknown("migrator finnish -c kong.conf").Concat(Unknown("finish --when-draind 60s")), Has.Exactly(2).Items);
    });

    private static MarkdownPage Read(string name) => new(Documents.PathOf(name));

    private static bool Exists(MarkdownPage page, string link)
    {
        var (file, anchor) = link.Split('#', 2) is [var before, var after] ? (before, after) : (link, null);
        var path = file.Length == 0 ? page.Path : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(page.Path)!, file));
        return (File.Exists(path) || Directory.Exists(path))
            && (anchor is null || new MarkdownPage(path).Anchors.Contains(anchor, StringComparer.Ordinal));
    }

    private static string ErrorsOfBash(string script)
    {
        var start = new ProcessStartInfo("bash", ["-n"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardError = true,
        };
        using var bash = Process.Start(start)!;
        bash.StandardInput.Write(script + "\n");
        bash.StandardInput.Close();
        var errors = bash.StandardError.ReadToEnd();
        bash.WaitForExit();
        return errors;
    }

    // A command begins the code ("up --force"), or follows the name of the program.
    private static IEnumerable<string> Unknown(string code)
    {
        foreach (var match in Call().Matches(code).Concat(Bare().Matches(code)))
        {
            var (name, rest) = (match.Groups["command"].Value, match.Groups["rest"].Value);
            var command = Root.Subcommands.FirstOrDefault(c => c.Name == name);
            if (command is null && match.Groups["program"].Success && name is not ("help" or "version"))
            {
                yield return $"migrator {name}";
            }

            var options = command?.Options.SelectMany(o => o.Aliases.Append(o.Name)).ToHashSet(StringComparer.Ordinal) ?? [];
            foreach (var option in command is null ? [] : Option().Matches(rest).Select(m => m.Value.Trim()))
            {
                if (!options.Contains(option))
                {
                    yield return $"migrator {name} {option}";
                }
            }
        }
    }

    [GeneratedRegex(@"(?<program>(^|[ /($])migrator) (?<command>[a-z]+)(?<rest>[^|&;#)]*)",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Call();

    [GeneratedRegex("^(?<command>[a-z]+)(?<rest> [^|&;#)]*)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Bare();

    [GeneratedRegex(" --[a-z][a-z-]*", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Option();

    [GeneratedRegex(@"args: \[(?<list>[^\]]*)\]", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Arguments();
}
