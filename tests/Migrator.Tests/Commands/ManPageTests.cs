using System.CommandLine;
using System.Runtime.CompilerServices;
using Migrator.Commands;

namespace Migrator.Tests.Commands;

/// <summary>The man pages in docs/man. To update them, run MIGRATOR_UPDATE_TRANSCRIPTS=1 dotnet test --filter ManPageTests.</summary>
internal sealed class ManPageTests
{
    private static readonly string Folder = Path.Combine(SourceFolder(), "../../../docs/man");

    [Test]
    public async Task Every_command_has_a_man_page_with_the_text_of_its_help()
    {
        var root = MigratorCommand.Create();
        var commands = root.Subcommands.Prepend<Command>(root).ToList();
        var pages = commands.ToDictionary(ManPage.FileName, c => ManPage.Write(c, commands), StringComparer.Ordinal);
        if (Environment.GetEnvironmentVariable("MIGRATOR_UPDATE_TRANSCRIPTS") == "1")
        {
            Directory.CreateDirectory(Folder);
            foreach (var (name, text) in pages)
            {
                await File.WriteAllTextAsync(Path.Combine(Folder, name), text);
            }
        }

        var files = Directory.EnumerateFiles(Folder).ToDictionary(f => Path.GetFileName(f)!, File.ReadAllText, StringComparer.Ordinal);
        Assert.That(files, Is.EquivalentTo(pages));
    }

    private static string SourceFolder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
