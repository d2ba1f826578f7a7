using Migrator.Tests.Commands;
using Migrator.Tests.Concurrency;
using TestSupport;

namespace Migrator.Tests.Hostile;

/// <summary>A script that an administrator runs with psql does the same as the run, whatever names the server has chosen.</summary>
internal sealed class ScriptTests : CommandTest
{
    private static readonly string Mark = Path.Combine(Path.GetTempPath(), $"migrator-script-{Environment.ProcessId}");

    [TearDown]
    public void NoCommandOfTheShellHasRun() => Assert.That(File.Exists(Mark), Is.False);

    [TestCase("k$1")]
    [TestCase("a$9b")]
    [TestCase(":name :'x' \"quoted\" it's")]
    [TestCase("s\\' \\! touch MARK #")]
    [TestCase("s\\\" \\! touch MARK")]
    [TestCase("-- /* E'")]
    public void Any_name_of_a_schema_that_a_run_takes_is_only_a_name(string schema)
    {
        var name = schema.Replace("MARK", Mark, StringComparison.Ordinal);
        ChooseSchema(name);
        Database.Execute($"ALTER DATABASE {Database.Name} SET standard_conforming_strings = off");
        Run(Migrator("plan bootstrap --sql"));
        var list = Migrator("list");
        Assert.That(list.ExitCode, Is.Zero, list.Output + list.Errors);

        Database.Execute($"DROP TABLE {Quoted(name)}.snis; DROP FUNCTION {Quoted(name)}.sync_tags() CASCADE; "
            + $"DROP TABLE {Quoted(name)}.clustering_sync_version CASCADE");
        Run(Migrator("verify --sql"));
        var verify = Migrator("verify");
        Assert.That(verify.ExitCode, Is.Zero, verify.Output + verify.Errors);
    }

    [TestCase("x$$ \\! touch MARK\n--", "plan bootstrap --sql")]
    [TestCase("x$$ \\! touch MARK\n--", "plan")]
    [TestCase("x$a$", "plan bootstrap --sql")]
    [TestCase("kong\u200b", "plan bootstrap --sql")]
    [TestCase("kong\u202e", "plan bootstrap --sql")]
    public void A_name_that_a_run_refuses_or_that_does_not_print_gives_no_script(string schema, string command)
    {
        ChooseSchema(schema.Replace("MARK", Mark, StringComparison.Ordinal));
        var result = Migrator(command);
        Assert.That(result.ExitCode, Is.EqualTo(2), result.Output + result.Errors);
        Assert.That(result.Output, Is.Empty);
    }

    [Test]
    public void A_script_that_does_nothing_says_so_and_one_that_is_too_late_has_a_hint()
    {
        StartBootstrapped("3.4");
        var finish = Migrator("plan finish --sql");
        Assert.That(finish.Output, Does.Contain("-- It does nothing"));
        Assert.That(finish.Errors, Does.Contain("the script does nothing").And.Contain("migrator up -c"));
        var up = Migrator("plan up --sql").Output;
        Assert.That(Migrator("up").ExitCode, Is.Zero);
        var late = PsqlProcess.Run(Database, up);
        Assert.That((late.ExitCode, late.Errors), Is.EqualTo((3, late.Errors)));
        Assert.That(late.Errors, Does.Contain("the ledger has changed").And.Contain("HINT:").And.Contain("migrator plan"));
    }

    [Test]
    public async Task The_name_of_a_database_is_on_the_first_line_of_a_script()
    {
        var name = $"{Database.Name}\n\\! touch {Mark}\n-- x";
        Database.Execute($"CREATE DATABASE {Quoted(name)}");
        try
        {
            using var conf = KongConf.For(Database);
            var plan = await InProcess.RunAsync($"plan bootstrap --sql -c {conf.Path}", variables: ("KONG_PG_DATABASE", name));
            Assert.That(plan.ExitCode, Is.Zero, plan.Errors);
            Assert.That(plan.Output.Split('\n')[0], Does.Contain($"{Database.Name}\\u000a\\! touch"));
            Run(new ProcessResult(plan.ExitCode, plan.Output, plan.Errors));
        }
        finally
        {
            Database.Execute($"DROP DATABASE {Quoted(name)}");
        }
    }

    [Test]
    public void The_settings_of_psql_and_of_the_session_do_not_change_a_script()
    {
        Database.Execute($"ALTER DATABASE {Database.Name} SET client_encoding = 'LATIN1'");
        Run(Migrator("plan bootstrap --sql"), "-S", "-v", "AUTOCOMMIT=off", "-v", "ON_ERROR_ROLLBACK=on", "-v", "1=x");
        using var other = PostgresServer.Shared.CreateDatabase();
        using var conf = KongConf.For(other);
        MigratorProcess.Run($"bootstrap -c {conf.Path}");
        Assert.That(Fingerprint.Of(Database), Is.EqualTo(Fingerprint.Of(other)));
    }

    [Test]
    public void What_a_superuser_makes_with_a_script_belongs_to_the_user_of_the_plan()
    {
        var user = $"{Database.Name}_user";
        Database.Execute($"CREATE ROLE {user} LOGIN; ALTER DATABASE {Database.Name} OWNER TO {user}");
        try
        {
            Run(Migrator("plan bootstrap --sql", ("pg_user", user)));
            Assert.That(
                Database.Query("SELECT DISTINCT relowner::regrole FROM pg_class WHERE relnamespace = 'public'::regnamespace"),
                Is.EqualTo(new[] { user }));
        }
        finally
        {
            Database.Execute($"ALTER DATABASE {Database.Name} OWNER TO kong; DROP OWNED BY {user}; DROP ROLE {user}");
        }
    }

    [Test]
    public void The_script_of_grants_stops_at_an_error_and_quotes_the_name_of_the_database_for_a_shell()
    {
        Database.Execute($"ALTER DATABASE {Database.Name} SET standard_conforming_strings = off");
        var grants = Migrator($"grants --owner {Database.Name}_o --gateway {Database.Name}_g", ("pg_database", "a;touch b"));
        Assert.That(grants.Output, Does.Contain("--   psql -X -f FILE -d 'a;touch b'\n").And.Contain("\\set ON_ERROR_STOP on\n"));
        var psql = PsqlProcess.Run(Database, grants.Output);
        Assert.That(psql.ExitCode, Is.EqualTo(3), "the database does not exist");
        Assert.That(psql.Errors.Split("ERROR"), Has.Length.EqualTo(2));
    }

    private static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private void ChooseSchema(string name) => Database.Execute(
        $"CREATE SCHEMA {Quoted(name)}; ALTER DATABASE {Database.Name} SET search_path = {Quoted(name)}");

    private void Run(ProcessResult script, params string[] options)
    {
        Assert.That(script.Output, Is.Not.Empty, script.Errors);
        var psql = PsqlProcess.Run(Database, script.Output, options: options);
        Assert.That(psql.ExitCode, Is.Zero, psql.Errors);
    }
}
