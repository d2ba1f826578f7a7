using System.Diagnostics;
using System.Text.Json;
using Migrator.Errors;
using Migrator.Execution;
using TestSupport;

namespace Migrator.Tests.Commands;

/// <summary>The option --save-rows: rows that a rewrite changes or deletes, as they were.</summary>
internal sealed class SaveRowsTests : CommandTest
{
    private const string Id = "00000000-0000-4000-8000-00000000000";

    private readonly string directory = Directory.CreateTempSubdirectory("migrator-rows-").FullName;

    [TearDown]
    public void DeleteDirectory() => Directory.Delete(directory, recursive: true);

    [Test]
    public void Up_and_finish_save_each_row_that_they_change_or_delete()
    {
        StartWithPlugins();
        var before = Database.Query("SELECT to_jsonb(plugins)::text FROM plugins ORDER BY id");
        var paths = Database.Query("SELECT to_jsonb(routes)::text FROM routes ORDER BY id");

        var up = Migrator($"up --save-rows {directory}");
        var saved = Saved();
        Assert.That(up.ExitCode, Is.Zero, up.Errors);
        Assert.That(Rows(saved, "core/016_280_to_300 up routes"), Is.EqualTo(paths.Select(Normal)));
        Assert.That(Rows(saved, "pre-function/001_280_to_300 up plugins"), Is.EqualTo(new[] { Normal(before[0]) }));
        Assert.That(Rows(saved, "rate-limiting/006_350_to_360 up plugins"), Is.EqualTo(new[] { Normal(before[1]) }));
        Assert.That(up.Errors, Does.Contain($"Saved {saved.Count} rows as they were: {directory}/migrator-rows-"));

        Database.Execute(
            $$"""INSERT INTO vaults_beta (id, prefix, name, config) VALUES ('{{Id}}f', 'late', 'env', '{"prefix": "x"}')""");
        var between = Database.Query("SELECT to_jsonb(plugins)::text FROM plugins ORDER BY id");
        Array.ForEach(Directory.GetFiles(directory), File.Delete);
        var finish = Migrator($"finish --json --save-rows {directory}");
        saved = Saved();
        Assert.That(finish.ExitCode, Is.Zero, finish.Errors);
        Assert.That(Rows(saved, "pre-function/001_280_to_300 finish plugins"), Is.EqualTo(new[] { Normal(between[0]) }));
        Assert.That(Rows(saved, "rate-limiting/006_350_to_360 finish plugins"), Is.EqualTo(new[] { Normal(between[1]) }));
        Assert.That(Rows(saved, "core/016_280_to_300 finish vaults_beta").Single(), Does.Contain("\"late\""));
        var answer = JsonDocument.Parse(finish.Output).RootElement.GetProperty("saved_rows");
        Assert.That(answer.GetProperty("rows").GetInt32(), Is.EqualTo(saved.Count));
        Assert.That(answer.GetProperty("file").GetString(), Is.EqualTo(Directory.GetFiles(directory).Single()));
    }

    [Test]
    public void Only_its_owner_can_read_the_file()
    {
        StartWithPlugins();
        Migrator($"up --save-rows {directory}");
        var file = new FileInfo(Directory.GetFiles(directory).Single());
        Assert.That(file.UnixFileMode, Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Test]
    public void The_rows_of_a_transaction_that_was_rolled_back_are_not_kept()
    {
        StartWithPlugins();
        Database.Execute(
            """
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'refused'; END $$;
            CREATE TRIGGER refuse BEFORE UPDATE ON routes FOR EACH ROW EXECUTE FUNCTION refuse();
            """);
        var result = Migrator($"up --save-rows {directory}");
        Assert.That((result.ExitCode, Directory.GetFiles(directory).Length), Is.EqualTo((1, 0)), result.Errors);
    }

    [Test]
    public void Without_rows_to_save_there_is_no_file()
    {
        StartBootstrapped();
        var result = Migrator($"migrate --save-rows {directory}");
        Assert.That((result.ExitCode, Directory.GetFiles(directory).Length), Is.EqualTo((0, 0)), result.Errors);
    }

    [TestCase("/missing", "the directory does not exist or takes no files")]
    [TestCase("/proc", "the directory does not exist or takes no files")]
    public void A_directory_that_cannot_be_written_to_is_refused_before_anything_is_done(string named, string reason)
    {
        StartWithPlugins();
        var ledger = Ledger();
        var result = Migrator($"up --save-rows={named}");
        Assert.That(result.ExitCode, Is.EqualTo(2), result.Errors);
        Assert.That(result.Errors, Does.Contain($"--save-rows cannot be created in {named}: {reason}"));
        Assert.That(Ledger(), Is.EqualTo(ledger));
    }

    [TestCase("", "this is not a path")]
    [TestCase("a\0b", "this is not a path")]
    public void A_name_that_is_no_path_is_refused(string named, string reason) => Assert.That(
        () => SavedRowsFile.Create(named, directory, "run", DateTimeOffset.UnixEpoch),
        Throws.TypeOf<MigratorException>().With.Message.Contain(reason));

    [Test]
    public void A_full_disk_rolls_the_migration_back()
    {
        StartWithPlugins();
        var ledger = Ledger();
        using var conf = KongConf.For(Database);

        // The limit on the size of files stands in for a full disk. Without the variable, .NET's runtime creates a large file of its own.
        var command = "ulimit -f 1; trap '' XFSZ; export DOTNET_EnableWriteXorExecute=0; "
            + $"exec '{MigratorProcess.Binary}' up --save-rows {directory} -c {conf.Path}";
        using var process = Process.Start(new ProcessStartInfo("/bin/bash", ["-c", command])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.EqualTo(1), errors);
        Assert.That(errors, Does.Contain("could not be saved to").And.Contain("It was rolled back."));
        Assert.That(Directory.GetFiles(directory), Is.Empty);
        Assert.That(Ledger().Count(row => row!.Contains("016_280_to_300", StringComparison.Ordinal)), Is.Zero);
        Assert.That(Ledger(), Is.SupersetOf(ledger.Where(row => !row!.StartsWith("core", StringComparison.Ordinal))));
    }

    private void StartWithPlugins()
    {
        StartOld();
        Database.Execute(
            $$$"""
            INSERT INTO plugins (id, name, enabled, config) VALUES ('{{{Id}}}a', 'pre-function', true, '{"functions": ["f()"], "n": 1.50}'),
              ('{{{Id}}}b', 'rate-limiting', true, '{"redis_host": "h\nost", "redis_password": "p"}')
            """);
    }

    private List<JsonElement> Saved() =>
        [.. File.ReadAllLines(Directory.GetFiles(directory).Single()).Select(line => JsonDocument.Parse(line).RootElement)];

    private static IEnumerable<string> Rows(List<JsonElement> saved, string of) => saved
        .Where(line => $"{line.GetProperty("migration")} {line.GetProperty("phase")} {line.GetProperty("table")}" == of)
        .Select(line => line.GetProperty("row").GetRawText()).Order(StringComparer.Ordinal).Select(Normal);

    // Columns that an earlier migration of the same run has added are null, or have a new default.
    private static string Normal(string? json) => string.Join('\n', JsonDocument.Parse(json!).RootElement.EnumerateObject()
        .Where(p => p.Value.ValueKind != JsonValueKind.Null && p.Name != "updated_at")
        .Select(p => $"{p.Name} {p.Value.GetRawText()}").Order(StringComparer.Ordinal));
}
