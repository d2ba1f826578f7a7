using System.Diagnostics;
using System.Globalization;
using Migrator.Tests.Commands;
using TestSupport;

namespace Migrator.Tests.Deployment;

/// <summary>
/// Each remedy that the program prints is pasted as it is printed, in the situation for which it is printed, and helps. The remedies are
/// read from the source, so that none is left out.
/// </summary>
internal sealed class RemedyTests : CommandTest
{
    private static readonly IReadOnlyList<string> InSource =
    [
        .. Directory.EnumerateFiles(Documents.PathOf("src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !RemedyCases.OtherTests.Any(other => other.CoversAll(file)))
            .SelectMany(file => new SourceText(File.ReadAllText(file)).Strings().SelectMany(Remedies.InSource)
                .Where(remedy => !RemedyCases.OtherTests.Any(other => other.Covers(file, remedy))))
            .Select(remedy => remedy.Text)
            .Distinct(StringComparer.Ordinal),
    ];

    [Test]
    public void Each_remedy_in_the_source_is_pasted_by_a_case_or_is_listed_with_its_reason() => Assert.That(
        string.Join('\n', InSource
            .Except(RemedyCases.All.SelectMany(c => c.Remedies), StringComparer.Ordinal)
            .Except(RemedyCases.NotPasted.Keys, StringComparer.Ordinal)), Is.Empty);

    [Test]
    public void Each_case_and_each_exception_is_in_the_source() => Assert.That(
        string.Join('\n', RemedyCases.All.SelectMany(c => c.Remedies).Concat(RemedyCases.NotPasted.Keys)
            .Except(InSource, StringComparer.Ordinal)), Is.Empty);

    [TestCaseSource(typeof(RemedyCases), nameof(RemedyCases.OtherTests))]
    public void What_other_tests_cover_is_in_the_source_and_they_run(OtherTest other) => Assert.Multiple(() =>
    {
        Assert.That(Directory.EnumerateFiles(Documents.PathOf("src"), "*.cs", SearchOption.AllDirectories)
            .Count(file => file.Contains(other.Path, StringComparison.Ordinal)), Is.Positive);
        Assert.That(other.Fixture.GetMethod(other.Test)?.GetCustomAttributes(inherit: true)
            .Any(a => a is TestAttribute or TestCaseAttribute or TestCaseSourceAttribute), Is.True);
    });

    [TestCaseSource(typeof(RemedyCases), nameof(RemedyCases.All))]
#pragma warning disable MA0051 // One story: the situation, the message, the remedy, the command again.
    public void A_remedy_helps_when_it_is_pasted(RemedyCase situation)
    {
        using var server = situation.Server?.Invoke();
        using var own = server?.CreateDatabase();
        if (own is null && situation.Start is not "empty")
        {
            StartBootstrapped(situation.Start);
        }

        var database = own ?? Database;
        if (own is not null && situation.Start is not "empty")
        {
            using var asSuperuser = KongConf.For(own);
            Assert.That(MigratorProcess.Run($"bootstrap --gateway-version {situation.Start} -c {asSuperuser.Path}").ExitCode, Is.Zero);
        }

        var names = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["{user}"] = $"{database.Name}_user",
            ["{other}"] = $"{database.Name}_other",
            ["{db}"] = database.Name,
            ["{port}"] = database.Server.Port.ToString(CultureInfo.InvariantCulture),
        };
        Sql(database, Fill(RemedyCases.Prepare + situation.Setup, names));
        using var held = situation.Held is null ? null : database.Connect();
        if (held is not null)
        {
            using var hold = new Npgsql.NpgsqlCommand(Fill(situation.Held!, names), held);
            hold.ExecuteNonQuery();
        }

        try
        {
            using var conf = KongConf.For(
                database, [("pg_user", names["{user}"]), .. situation.Settings.Select(s => (s.Key, Fill(s.Value, names)))]);
            var first = situation.First is null ? null : Shell($"migrator {situation.First} -c {conf.Path}");
            Assert.That(first?.ExitCode ?? 0, Is.Zero, first?.Errors);
            var command = $"migrator {Fill(situation.Command, names)} -c {conf.Path} {Fill(situation.Redirect, names)}";
            var before = Shell(command);
            var all = Remedies.In(before.Output + before.Errors);
            var printed = all.Where(r => situation.Remedies.Any(form => Remedies.Has(r.Text, form))
                && !(situation.PastedBy is not null && r.Text.StartsWith("GRANT SELECT ON ALL", StringComparison.Ordinal)))
                .Distinct().ToList();
            Assert.That(situation.Remedies.Where(form => !printed.Exists(r => Remedies.Has(r.Text, form))), Is.Empty,
                before.Output + before.Errors);

            foreach (var remedy in printed)
            {
                Paste(remedy, before.Output + before.Errors, database, names["{user}"], conf,
                    situation.PastedBy is { } role ? Fill(role, names) : null);
            }

            File.AppendAllLines(conf.Path, situation.NewSettings.Select(s => $"{s.Key} = {Fill(s.Value, names)}"));

            if (situation.ExitCode is not { } exitCode)
            {
                return;
            }

            var after = Shell(command);
            Assert.Multiple(() =>
            {
                Assert.That(after.ExitCode, Is.EqualTo(exitCode), after.Output + after.Errors);
                Assert.That(
                    Remedies.In(after.Output + after.Errors).Where(r => situation.Remedies.Any(form => Remedies.Has(r.Text, form))),
                    Is.Empty);
            });
        }
        finally
        {
            held?.Dispose();
            if (situation.CleanUp.Length > 0)
            {
                Sql(new TestDatabase(database.Server, "postgres"), Fill(situation.CleanUp, names));
            }
        }
    }

#pragma warning restore MA0051

    private static string Fill(string text, Dictionary<string, string> names) =>
        names.Aggregate(text, (filled, name) => filled.Replace(name.Key, name.Value, StringComparison.Ordinal));

    private static void Sql(TestDatabase database, string script)
    {
        var result = PsqlProcess.Run(database, "\\set ON_ERROR_STOP on\n" + script);
        Assert.That(result.ExitCode, Is.Zero, $"{script}\n{result.Errors}");
    }

    private static void Paste(Remedy remedy, string message, TestDatabase database, string user, KongConf conf, string? pastedBy)
    {
        if (remedy.Kind == RemedyKind.Conf)
        {
            File.AppendAllText(conf.Path, remedy.Text + "\n");
            return;
        }

        // Up to the statement, its line says who runs it.
        var line = message[(message.LastIndexOf('\n', message.IndexOf(remedy.Text, StringComparison.Ordinal)) + 1)..].Split(remedy.Text)[0];
        var isOwners = (line.Contains("as the owner", StringComparison.Ordinal)
            || line.Contains("as its owner", StringComparison.Ordinal)) && !line.Contains("superuser", StringComparison.Ordinal);
        var place = new TestDatabase(database.Server, IsOfServer(remedy.Text) ? "postgres"
            : remedy.Text.StartsWith("REINDEX", StringComparison.Ordinal) ? remedy.Text[17..].Trim('"', ';') : database.Name);
        var result = remedy.Kind == RemedyKind.Sql ? Psql(remedy.Text, place, pastedBy ?? (isOwners ? user : "kong")) : Shell(remedy.Text);
        Assert.That(result.ExitCode, Is.Zero, $"{remedy.Text}\n{result.Output}{result.Errors}");

        if (line.Contains("un what this prints", StringComparison.Ordinal))
        {
            Sql(database, result.Output);
        }
    }

    private static bool IsOfServer(string sql) =>
        sql.StartsWith("CREATE DATABASE", StringComparison.Ordinal) || sql.StartsWith("ALTER DATABASE", StringComparison.Ordinal)
            || sql.StartsWith("ALTER ROLE", StringComparison.Ordinal) || sql.StartsWith("CREATE ROLE", StringComparison.Ordinal);

    private static ProcessResult Psql(string sql, TestDatabase database, string user) =>
        PsqlProcess.Run(database, $"\\set ON_ERROR_STOP on\n\\t on\n\\pset format unaligned\n{sql}\n", user);

    private static ProcessResult Shell(string command)
    {
        var start = new ProcessStartInfo("bash", ["-c", $"migrator() {{ '{MigratorProcess.Binary}' \"$@\"; }}\n{command}"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new ProcessResult(process.ExitCode, output, errors.Result);
    }
}
