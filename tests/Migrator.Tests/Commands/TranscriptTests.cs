using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using Migrator.Commands;
using TestSupport;

namespace Migrator.Tests.Commands;

/// <summary>The complete output of every command, and of every error that users meet, as files in <c>transcripts</c>.</summary>
/// <remarks>
/// Every change of the wording is visible in review. To accept an intended one, run MIGRATOR_UPDATE_TRANSCRIPTS=1 dotnet test --filter
/// TranscriptTests.
/// </remarks>
internal sealed partial class TranscriptTests
{
    private static readonly string Folder = Path.Combine(SourceFolder(), "transcripts");
    private static readonly bool Updates = Environment.GetEnvironmentVariable("MIGRATOR_UPDATE_TRANSCRIPTS") == "1";

    private string folder = "";

    [SetUp]
    public void Prepare() => folder = Directory.CreateTempSubdirectory("transcript-").FullName;

    [TearDown]
    public void CleanUp() => Directory.Delete(folder, recursive: true);

    [TestCase("bootstrap", "empty", "bootstrap", "bootstrap", "list")]
    [TestCase("upgrade", "2.8", "list", "status", "up", "list", "up", "finish", "list", "list --json")]
    [TestCase("migrate", "2.8", "migrate", "migrate")]
    [TestCase("wrong-order", "empty", "up", "finish", "list", "status")]
    [TestCase("reset", "2.8", "reset", "reset --yes", "reset --yes")]
    [TestCase("force", "2.8", "bootstrap --force", "bootstrap --drop-everything", "up --force -v")]
    [TestCase("token", "empty", "token")]
    [TestCase("foreign-objects", "foreign", "reset --yes", "bootstrap --force --yes", "reset --yes --drop-everything")]
    [TestCase("plan", "2.8", "plan", "plan finish", "plan --finish --count", "plan up --json", "plan sideways")]
    [TestCase("plan-empty", "empty", "plan up")]
    [TestCase("verify", "2.8", "verify", "verify --sql", "verify --json")]
    [TestCase("drift", "drift", "verify", "verify --sql", "verify --json")]
    [TestCase("rollout", "2.8", "wait --timeout 0", "wait --for bootstrap", "up", "wait --for finish --timeout 0", "nodes",
        "nodes --json --watch 0", "finish --when-drained 5s --drain-timeout 8s", "finish --when-drained 0s", "finish --new-nodes a:8001",
        "finish --old-nodes kong.conf", "finish --new-nodes kong-nodes")]
    [TestCase("grants", "empty", "grants --owner kong_owner --gateway kong --read-only kong_ro", "grants --owner a --gateway a --iam",
        "grants --owner a")]
    [TestCase("advise", "refused rows", "advise", "advise --json", "up --strict", "advise --gateway-version 3.4")]
    [TestCase("no-ledger", "no ledger", "list", "verify", "bootstrap", "up")]
    [TestCase("unfinished", "2.8", "up --gateway-version 3.0", "up --gateway-version 3.4")]
    [TestCase("newer", "2.8", "migrate", "list --gateway-version 3.4", "up --force --gateway-version 3.4")]
    public async Task A_database(string name, string state, params string[] commands)
    {
        using var database = state == "empty" ? PostgresServer.Shared.CreateDatabase() : OldDatabase.Create();
        database.Execute(state switch
        {
            "foreign" => "CREATE VIEW names AS SELECT name FROM routes; CREATE TABLE other (id int)",
            "drift" => "DROP INDEX routes_tags_idx; ALTER TABLE upstreams ALTER slots TYPE bigint; CREATE TABLE other (id int)",
            "refused rows" => "INSERT INTO plugins (id, name, config, created_at, enabled) VALUES "
                + "('00000000-0000-4000-8000-000000000001', 'mine', '{}', '2024-01-01', true); "
                + "INSERT INTO routes (id, name, paths, protocols, created_at, updated_at) VALUES "
                + "('00000000-0000-4000-8000-000000000002', 'double', '{//a}', '{http}', '2024-01-01', '2024-01-01')",
            "no ledger" => "DROP TABLE schema_meta",
            _ => "SELECT",
        });

        await WriteConfAsync(database);
        await CompareAsync(name, commands.Select(c => c + " -c kong.conf"), database);
    }

    [TestCase("no-file", "", "list -c missing.conf", "list -c .", "config -c missing.conf")]
    [TestCase("usage", "", "upp -c kong.conf", "up", "up -c kong.conf --lock-timeout soon", "up -c kong.conf --gateway-version 9.9",
        "up -c kong.conf --log-format xml")]
    [TestCase("config", "pg_host = db.example\npg_password = secret\npg_prot = 5433\nPG_USER = kong\npg_ssl = yes", "config -c kong.conf")]
    [TestCase("config-refused", "pg_pool_size = -1\ndatabase = mysql\npg_host = {vault://env/missing}", "list -c kong.conf",
        "config -c kong.conf")]
    [TestCase("unknown-host", "pg_host = no-such-host.invalid", "list -c kong.conf")]
    [TestCase("refused", "pg_host = 127.0.0.1\npg_port = 1", "list -c kong.conf")]
    [TestCase("token-without-credentials", "pg_host = db.c1.eu-central-1.rds.amazonaws.com\npg_iam_auth = on\npg_ssl_verify = off",
        "token -c kong.conf")]
    public async Task Without_a_database(string name, string conf, params string[] commands)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "kong.conf"), conf);
        await CompareAsync(name, commands, database: null);
    }

    [Test]
    public async Task A_check()
    {
        // The output of check depends on the server's roles, and other tests create roles on the shared server.
        using var server = PostgresServer.Start();
        using var database = server.CreateDatabase();
        await WriteConfAsync(database);
        await CompareAsync("check", ["check -c kong.conf"], database);
    }

    [Test]
    public async Task A_refused_login()
    {
        using var database = PostgresServer.Shared.CreateDatabase();
        await WriteConfAsync(database, ("pg_user", "nobody"));
        await CompareAsync("no-such-user", ["list -c kong.conf"], database);
        await WriteConfAsync(database, ("pg_database", "missing"));
        await CompareAsync("no-such-database", ["list -c kong.conf"], database);
    }

    [Test]
    public async Task The_question_before_a_reset([Values("yes", "name")] string reply)
    {
        using var database = OldDatabase.Create();
        await WriteConfAsync(database);
        await CompareAsync($"reset-{reply}", ["reset -c kong.conf"], database, reply == "name" ? database.Name : reply);
    }

    [Test]
    public async Task The_help() =>
        await CompareAsync("help", Commands().Select(c => $"{c.Name} --help").Prepend("--help"), database: null);

    [Test]
    public void Every_command_has_help_a_line_in_the_README_and_a_transcript()
    {
        var readme = File.ReadAllText(Path.Combine(SourceFolder(), "../../../README.md"));
        var transcripts = Directory.EnumerateFiles(Folder).Where(f => Path.GetFileName(f) != "help.txt").Select(File.ReadAllText).ToList();
        Assert.Multiple(() => Commands().ToList().ForEach(command =>
        {
            Assert.That(command.Description, Is.Not.Empty, command.Name);
            Assert.That(command.Options.Where(o => string.IsNullOrEmpty(o.Description)).Select(o => o.Name), Is.Empty, command.Name);
            Assert.That(readme, Does.Contain($"`{command.Name}").Or.Contain($"migrator {command.Name}"));
            Assert.That(transcripts, Has.Some.Contains($"$ migrator {command.Name} ").Or.Some.Contains($"$ migrator {command.Name}\n"),
                command.Name);
        }));
    }

    [Test]
    public async Task Completion_for_a_known_and_an_unknown_shell() =>
        await CompareAsync("completion", ["completion", "completion tcsh"], database: null);

    private static IEnumerable<Command> Commands() => MigratorCommand.Create().Subcommands;

    private async Task WriteConfAsync(TestDatabase database, params (string Key, string Value)[] more)
    {
        using var conf = KongConf.For(database, more);
        File.Copy(conf.Path, Path.Combine(folder, "kong.conf"), overwrite: true);
        await Task.CompletedTask;
    }

    private async Task CompareAsync(string name, IEnumerable<string> commands, TestDatabase? database, string? reply = null)
    {
        var transcript = "";
        foreach (var command in commands)
        {
            var (exitCode, output, errors) = await InProcess.RunAsync(
                command,
                folder,
                reply,
                variables: [("HOME", folder), ("AWS_EC2_METADATA_DISABLED", "true"), ("AWS_REGION", "eu-central-1")]);
            transcript += $"$ migrator {command}\n{Block("", output)}{Block("stderr: ", errors)}exit code {exitCode}\n\n";
        }

        transcript = Same(transcript, database);
        var file = Path.Combine(Folder, name + ".txt");
        if (Updates)
        {
            Directory.CreateDirectory(Folder);
            await File.WriteAllTextAsync(file, transcript);
        }

        Assert.That(File.Exists(file), Is.True, $"There is no transcript {file}.");
        Assert.That(transcript, Is.EqualTo(await File.ReadAllTextAsync(file)));
    }

    private static string Block(string mark, string text) =>
        string.Concat(text.TrimEnd('\n').Split('\n').Where(_ => text.Length > 0).Select(line => $"{mark}{line}".TrimEnd() + "\n"));

    /// <summary>Replaces the parts of the output that differ in every run.</summary>
    private string Same(string text, TestDatabase? database)
    {
        if (database is not null)
        {
            text = text.Replace(database.Server.Port.ToString(CultureInfo.InvariantCulture), "5432", StringComparison.Ordinal)
                .Replace(database.Name, "kong", StringComparison.Ordinal);
        }

        // The help uses the file name of the process, which is testhost here.
        text = text.Replace(folder, "/folder", StringComparison.Ordinal).Replace("  testhost ", "  migrator ", StringComparison.Ordinal);
        text = Version().Replace(text, "PostgreSQL VERSION");
        return Time().Replace(text, "N s");
    }

    private static string SourceFolder([System.Runtime.CompilerServices.CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    [GeneratedRegex(@"PostgreSQL \d+\.\d+( \([^)]*\))*", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Version();

    [GeneratedRegex(@"\b\d+(\.\d+)? m?s\b", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Time();
}
