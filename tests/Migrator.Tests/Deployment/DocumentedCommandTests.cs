using System.Globalization;
using System.Text.RegularExpressions;
using Migrator.Tests.Commands;
using Npgsql;
using TestSupport;
using TestSupport.Aws;

namespace Migrator.Tests.Deployment;

/// <summary>The shell blocks of the documentation, run as they are written, on a real server.</summary>
/// <remarks>
/// A block without a mark runs on an empty database, and each of its commands must end with 0, unless <see cref="Runs"/> says otherwise. A
/// block that cannot run here has a mark: CONTRIBUTING.md lists them.
/// </remarks>
internal sealed partial class DocumentedCommandTests
{
    private static readonly string[] Marks = ["needs AWS", "needs a cluster", "needs a release", "needs systemd", "changes the sources"];

    private static readonly DocumentedRun[] Runs =
    [
        new("docs/upgrade.md", "migrator check", Database.Old,
            Prints: ["up would take 24 steps", "Executed 24 migrations", "Finished 9 migrations", "The schema is what its ledger says."]),
        new("docs/upgrade.md", "migrator wait", Database.Current, Prints: ["Ready"]),
        new("docs/upgrade.md", "migrator up", Database.Old,
            Prints: ["Executed 15 migrations", "; 4 wait for finish", "Executed 9 migrations", "; 5 wait for finish"]),
        new("docs/upgrade.md", "migrator migrate", Database.Old, Prints: ["24 migrations", "9 migrations"]),
        new("docs/advise.md", "migrator advise", Database.Current, Prints: ["by the rules of gateway 3.9.3"]),
        new("docs/security.md", "migrator grants", Database.OfOwner),
        new("docs/exit-codes.md", "migrator list", Database.Empty, Calls: ["3 list -c kong.conf --quiet", "0 bootstrap -c kong.conf"]),
        new("docs/exit-codes.md", "migrator list", Database.Old, Calls: ["5 list -c kong.conf --quiet", "0 up -c kong.conf"]),
        new("docs/exit-codes.md", "migrator list", Database.Upgrading, ["when every node"], ["4 list -c kong.conf --quiet"]),
        new("docs/exit-codes.md", "migrator list", Database.Current, ["up to date"], ["0 list -c kong.conf --quiet"]),
        new("docs/rds-iam.md", "CREATE DATABASE", Database.None),
        new("docs/rds-iam-settings.md", "migrator up", Database.Rds),
        new("docs/rds-iam-settings.md", "export KONG_LUA", Database.Rds),
    ];

    /// <summary>What there is before a block runs.</summary>
    public enum Database
    {
        /// <summary>A database without tables.</summary>
        Empty,

        /// <summary>A database of 2.8, in use.</summary>
        Old,

        /// <summary>One of 2.8 after up.</summary>
        Upgrading,

        /// <summary>One of 3.9.</summary>
        Current,

        /// <summary>An empty one, into which migrator logs in as kong_owner.</summary>
        OfOwner,

        /// <summary>No database and no role of the gateway.</summary>
        None,

        /// <summary>One of 3.9, behind a front that takes tokens only.</summary>
        Rds,
    }

    private static IEnumerable<TestCaseData> Unmarked()
    {
        foreach (var (page, block) in Blocks().Where(b => b.Block.Mark is null))
        {
            var runs = Runs.Where(run => run.IsFor(page, block)).DefaultIfEmpty(new(page, block.Lines[0], Database.Empty));
            foreach (var run in runs)
            {
                // SQL is for psql.
                var script = block.IsShell ? block.Script : $"psql -X -v ON_ERROR_STOP=1 postgres <<'SQL'\n{block.Script}\nSQL";
                yield return new TestCaseData(script, run).SetArgDisplayNames(page, block.Lines[0], run.On.ToString());
            }
        }
    }

    [TestCaseSource(nameof(Unmarked))]
    public void A_block_does_what_its_page_says(string script, DocumentedRun run)
    {
        using var shell = new DocumentedShell();
        if (run.On == Database.Rds)
        {
            RunAtRds(shell, script, run);
            return;
        }

        using var server = PostgresServer.Start();
        Prepare(server, shell, run.On);
        AssertDoes(shell, script, run);
    }

    [Test]
    public void A_mark_is_one_that_CONTRIBUTING_explains_or_names_a_test()
    {
        var contributing = File.ReadAllText(Documents.PathOf("CONTRIBUTING.md"));
        Assert.Multiple(() =>
        {
            Assert.That(Marks, Has.All.Matches<string>(mark => contributing.Contains($"`<!-- {mark} -->`", StringComparison.Ordinal)));
            foreach (var mark in Blocks().Select(b => b.Block.Mark).OfType<string>().Except(Marks, StringComparer.Ordinal))
            {
                Assert.That(mark, Does.StartWith("tested by "));
                Assert.That(Documents.PathOf(mark["tested by ".Length..]), Does.Exist, mark);
            }
        });
    }

    [Test]
    public void Each_run_is_of_a_block_without_a_mark() =>
        Assert.That(Runs.Where(run => !Blocks().Any(b => b.Block.Mark is null && run.IsFor(b.Page, b.Block))), Is.Empty);

    [TestCase("migrator list -c missing.conf")]
    [TestCase("migrator list -c missing.conf || true")]
    [TestCase("false && migrator config -c kong.conf || true")]
    [TestCase("no-such-program")]
    public void A_command_that_fails_is_noticed(string script)
    {
        using var shell = new DocumentedShell();
        var (result, calls) = shell.Run("set -euo pipefail\n" + script);
        Assert.That(result.ExitCode != 0 || !calls.SequenceEqual(Expected(shell, script), StringComparer.Ordinal), Is.True);
    }

    private static IEnumerable<(string Page, MarkdownBlock Block)> Blocks() =>
        from page in DocumentTests.Pages()
        from block in new MarkdownPage(Documents.PathOf(page)).Blocks
        where block.IsShell || block.Language == "sql"
        select (page, block);

    private static void AssertDoes(DocumentedShell shell, string script, DocumentedRun run)
    {
        // A block that asks for the exit code goes on after a command that fails.
        var (result, calls) = shell.Run((run.Calls is null ? "set -euo pipefail\n" : "") + script);
        var all = $"{result.Output}\n{result.Errors}";
        Assert.That(result.ExitCode, Is.Zero, all);
        Assert.That(calls, Is.EqualTo(run.Calls ?? Expected(shell, script)), all);
        foreach (var text in run.Prints ?? [])
        {
            Assert.That(all, Does.Contain(text));
        }
    }

    /// <summary>Each run of migrator in a script, with an exit code of 0.</summary>
    private static IEnumerable<string> Expected(DocumentedShell shell, string script) =>
        Call().Matches(shell.Here(script)).Select(match => $"0 {match.Groups["arguments"].Value.TrimEnd()}");

    /// <summary>Makes the superuser postgres, as on most servers, the user kong, and its database.</summary>
    private static void Prepare(PostgresServer server, DocumentedShell shell, Database database)
    {
        Execute(server, "kong", "CREATE ROLE postgres SUPERUSER LOGIN");
        Execute(server, "postgres", "ALTER ROLE kong RENAME TO installer", "CREATE ROLE rds_iam");
        shell.Variables["PGPORT"] = server.Port.ToString(CultureInfo.InvariantCulture);
        shell.Variables["PGUSER"] = database == Database.None ? "master" : "postgres";
        shell.WriteConf(
            ("pg_host", "127.0.0.1"),
            ("pg_port", shell.Variables["PGPORT"]),
            ("pg_user", database == Database.OfOwner ? "kong_owner" : "kong"));
        if (database == Database.None)
        {
            Execute(server, "postgres", "CREATE ROLE master LOGIN CREATEDB CREATEROLE", "GRANT rds_iam TO master WITH ADMIN OPTION");
            return;
        }

        Execute(server, "postgres", "CREATE ROLE kong LOGIN", "CREATE DATABASE kong OWNER kong");
        if (database is Database.Old or Database.Upgrading)
        {
            OldDatabase.Fill(new TestDatabase(server, "kong"));
        }

        if (database is Database.Upgrading or Database.Current)
        {
            var command = database == Database.Upgrading ? "up" : "bootstrap";
            Assert.That(shell.Run($"migrator {command} -c kong.conf").Result.ExitCode, Is.Zero);
        }
    }

    private static void RunAtRds(DocumentedShell shell, string script, DocumentedRun run)
    {
        using var bed = new AwsBed();
        OldDatabase.Fill(bed.Database);
        foreach (var (name, value) in bed.Variables(bed.UserKeys).Where(variable => variable.Key != "MIGRATOR_IAM_ENDPOINT"))
        {
            shell.Variables[name] = value;
        }

        // migrator finds the server by its address, psql by its name.
        var isForPsql = script.Contains("psql", StringComparison.Ordinal);
        shell.WriteConf(
        [
            .. bed.Settings.Where(setting => !isForPsql || setting.Key is not ("pg_host" or "pg_port")),
            .. isForPsql ? [("pg_host", AwsBed.Endpoint)] : Array.Empty<(string, string)>(),
        ]);
        shell.Write("global-bundle.pem", File.ReadAllText(bed.RootFile));
        shell.Variables["HOST"] = AwsBed.Endpoint;
        shell.Variables["PGHOSTADDR"] = "127.0.0.1";
        shell.Variables["PGPORT"] = bed.Front.Port.ToString(CultureInfo.InvariantCulture);
        AssertDoes(
            shell,
            script.Replace("eu-central-1", "us-east-1", StringComparison.Ordinal)
                .Replace("dbname=kong", "dbname=" + bed.Database.Name, StringComparison.Ordinal),
            run);
        Assert.That(bed.Front.Logins.Select(login => login.Refusal), Is.EqualTo(new string?[] { null }));
    }

    // One at a time: CREATE DATABASE runs in no transaction.
    private static void Execute(PostgresServer server, string user, params string[] statements)
    {
        using var connection = server.Connect("postgres", user);
        foreach (var sql in statements)
        {
            using var command = new NpgsqlCommand(sql, connection);
            command.ExecuteNonQuery();
        }
    }

    [GeneratedRegex(@"(^|\n|&& |\$\()migrator (?<arguments>[^|&;#>)\n]*)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Call();

    /// <summary>How a block runs.</summary>
    /// <param name="Page">The page.</param>
    /// <param name="Begins">What the block begins with.</param>
    /// <param name="On">What there is before it.</param>
    /// <param name="Prints">What it prints.</param>
    /// <param name="Calls">The runs of migrator, as CODE ARGUMENTS; null: those in the text, each with 0.</param>
    public sealed record DocumentedRun(string Page, string Begins, Database On, string[]? Prints = null, string[]? Calls = null)
    {
        /// <summary>Whether it is for a block.</summary>
        public bool IsFor(string page, MarkdownBlock block) =>
            Page == page && block.Script.StartsWith(Begins, StringComparison.Ordinal);
    }
}
