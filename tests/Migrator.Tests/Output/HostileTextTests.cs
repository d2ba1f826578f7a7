using System.Text.Json;
using Migrator.Display;
using Migrator.Tests.Commands;
using Migrator.Tests.Configuration;
using TestSupport;

namespace Migrator.Tests.Output;

/// <summary>Text planted by others must not reach the terminal of the user who runs the built program.</summary>
internal sealed class HostileTextTests : CommandTest
{
    private const string Evil = "x\u001b]0;gone\a\u009b2J\u202e\u2028\nerror: faked\n  do:  rm -rf /";

    // The same as an SQL constant: E'...'.
    private const string EvilSql = @"E'x\u001b]0;gone\u0007\u009b2J\u202e\u2028\nerror: faked\n  do:  rm -rf /'";

    private const string Seen = @"x\u001b]0;gone\u0007\u009b2J\u202e\u2028";

    [Test]
    public void Names_in_the_ledger()
    {
        Migrator("bootstrap");
        Database.Execute($"INSERT INTO schema_meta VALUES ('schema_meta', 'my-' || {EvilSql}, NULL, ARRAY[{EvilSql}])");
        Database.Execute("INSERT INTO schema_meta VALUES ('schema_meta', 'long', NULL, ARRAY[repeat('a', 100000)])");
        var list = Migrator("list");
        var status = Migrator("status");
        Assert.Multiple(() =>
        {
            AssertPlain(list);
            AssertPlain(status);
            Assert.That(list.Output, Does.Contain($@"  my-{Seen}\u000aerror: faked").And.Contain("… (99000 more characters)"));
            using var json = JsonDocument.Parse(status.Output);
            var unknown = json.RootElement.GetProperty("unknown_migrations").EnumerateArray();
            Assert.That(unknown.Select(m => m.GetProperty("subsystem").GetString()), Has.One.EqualTo("my-" + Evil));
        });
    }

    [TestCase("text")]
    [TestCase("json")]
    public void The_owner_of_a_lock(string format)
    {
        Migrator("bootstrap");
        Database.Execute("DELETE FROM schema_meta WHERE subsystem = 'ai-proxy'");
        Database.Execute($"INSERT INTO locks VALUES ('migrations', {EvilSql}, now() + interval '1 hour')");
        var up = Migrator($"up --lock-timeout 0 --log-format {format}");
        var check = Migrator(format == "json" ? "check --json" : "check");
        Assert.Multiple(() =>
        {
            AssertPlain(up);
            AssertPlain(check);
            Assert.That(up.Errors, Does.Contain("gone"));
            Assert.That(check.Output, Does.Contain("gone"));
        });
    }

    [TestCase("text", "WARNING", "01000")]
    [TestCase("json", "WARNING", "01000")]
    [TestCase("text", "INFO", "KM100")]
    [TestCase("text", "EXCEPTION", "P0001")]
    [TestCase("json", "EXCEPTION", "P0001")]
    public void Messages_of_the_server(string format, string level, string code)
    {
        Migrator("bootstrap");
        Database.Execute(
            $"""
            DELETE FROM schema_meta WHERE subsystem = 'ai-proxy';
            CREATE FUNCTION planted() RETURNS trigger AS $$
            BEGIN
              RAISE {level} USING MESSAGE = {EvilSql}, HINT = {EvilSql}, ERRCODE = '{code}';
              RETURN NEW;
            END $$ LANGUAGE plpgsql;
            CREATE TRIGGER planted BEFORE INSERT OR UPDATE ON schema_meta FOR EACH ROW EXECUTE PROCEDURE planted();
            """);
        var result = Migrator($"up --vv --log-format {format}");
        Assert.Multiple(() =>
        {
            AssertPlain(result);
            Assert.That(result.Errors, Does.Contain("gone").And.Not.Contain("unexpected error"));
            Assert.That(result.ExitCode, Is.EqualTo(level == "EXCEPTION" ? 1 : 0));
        });
    }

    [TestCase("")]
    [TestCase("--json")]
    public void Values_of_the_configuration(string json)
    {
        using var conf = new Conf("pg_user = a\u001b[31m\u009b\u202eb\npg_schema = \u001b[2J\n[\u001b[2J]\npg_port = 1\n");
        var database = Variables(("KONG_PG_DATABASE", Evil));
        var refused = Variables(("KONG_PG_SSL", Evil), ("KONG_PG_DATABASE", Evil), ("KONG_PG_HOST", Evil));
        foreach (var command in new[] { "config", "check" })
        {
            AssertPlain(MigratorProcess.Run($"{command} -c {conf.Path} {json}", refused));
            File.WriteAllText(conf.Path, "pg_user = a\u001b[31m\u009b\u202eb\npg_schema = \u001b[2J\n");
            AssertPlain(MigratorProcess.Run($"{command} -c {conf.Path} {json}", database));
        }
    }

    [TestCase("up -c x --lock-timeout \u001b[31m\u202e")]
    [TestCase("\u001b[31m\u009b")]
    [TestCase("list -c /\u001b[31m\u009b/kong.conf")]
    [TestCase("list -c /\u001b[31m\u009b/kong.conf --log-format json")]
    [TestCase("list -c x --log-format \u001b[31m")]
    public void Arguments_of_the_command_line(string arguments)
    {
        var result = MigratorProcess.Run(arguments);
        AssertPlain(result);
        Assert.That(result.Errors, Does.Contain(@"\u001b[31m").IgnoreCase);
    }

    [Test]
    public void Variables_that_the_help_shows() =>
        AssertPlain(MigratorProcess
            .Run("list --help", Variables(("MIGRATOR_IAM_ENDPOINT", "\u001b[31m"), ("MIGRATOR_GATEWAY_VERSION", "\u202e"))));

    private static Dictionary<string, string> Variables(params (string Name, string Value)[] variables) =>
        variables.ToDictionary(v => v.Name, v => v.Value, StringComparer.Ordinal);

    private static void AssertPlain(ProcessResult result) => Assert.Multiple(() =>
    {
        Assert.That((result.Output + result.Errors).Split('\n'), Has.All.Matches<string>(line => DisplayText.IsPlain(line!)));
        var faked = (result.Output + result.Errors).Split('\n').Where(line => line.TrimStart() is "error: faked" or "do:  rm -rf /");
        Assert.That(faked, Is.Empty);
    });
}
