using System.Globalization;
using Migrator.Commands;
using Migrator.Errors;

namespace Migrator.Tests.Commands;

/// <summary>The exit codes in the help and in docs/exit-codes.md are those of the program.</summary>
internal sealed class ExitCodeTests
{
    private static readonly string Document = File.ReadAllText(Documents.PathOf("docs/exit-codes.md"));

    private static IEnumerable<string> Commands() => MigratorCommand.Create().Subcommands.Select(c => c.Name);

    [Test]
    public void The_document_has_each_exit_code_with_its_meaning() => Assert.Multiple(() =>
    {
        foreach (var (code, meaning) in ExitCode.All)
        {
            Assert.That(Document, Does.Contain($"| {Name(code)} | {meaning} |"));
        }

        var rows = Document.Split('\n').Count(line => line.StartsWith("| ", StringComparison.Ordinal));
        Assert.That(rows, Is.EqualTo(ExitCode.All.Count + 2));
    });

    [Test]
    public void The_document_has_each_name_in_JSON() => Assert.Multiple(() =>
    {
        foreach (var (code, _) in ExitCode.All.Where(c => c.Code != ExitCode.Success))
        {
            Assert.That(Document, Does.Contain($"`{ExitCode.Name(code)}`"));
        }
    });

    [TestCaseSource(nameof(Commands))]
    public async Task The_help_of_every_command_has_its_exit_codes(string command)
    {
        var (_, output, _) = await InProcess.RunAsync($"{command} --help");
        Assert.Multiple(() =>
        {
            Assert.That(output, Does.Contain("\nExit codes:\n  0 "));
            foreach (var code in ExitCode.OfEveryCommand)
            {
                Assert.That(output, Does.Match($@"\n  {Name(code).Replace("+", @"\+", StringComparison.Ordinal)} +\w"));
            }
        });
    }

    private static string Name(int code) => code > ExitCode.Signal ? "128+N" : code.ToString(CultureInfo.InvariantCulture);
}
