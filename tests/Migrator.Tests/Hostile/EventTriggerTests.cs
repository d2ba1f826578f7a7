using Migrator.Tests.Commands;
using TestSupport;

namespace Migrator.Tests.Hostile;

/// <summary>An event trigger runs with each DDL, also that of temporary copies: none of a role that is not trusted does.</summary>
internal sealed class EventTriggerTests : CommandTest
{
    // What a sequence counts is not rolled back.
    private const string Plant =
        """
        CREATE SCHEMA planted; CREATE SEQUENCE planted.fired; GRANT USAGE ON SCHEMA planted TO PUBLIC;
        GRANT ALL ON SEQUENCE planted.fired TO PUBLIC;
        CREATE FUNCTION planted.fire() RETURNS event_trigger LANGUAGE plpgsql AS
          $$ BEGIN PERFORM pg_catalog.nextval('planted.fired'); END $$;
        CREATE EVENT TRIGGER fire ON ddl_command_end EXECUTE FUNCTION planted.fire();

        """;

    private string User => $"{Database.Name}_user";

    private long Fired => long.Parse(
        Database.Query("SELECT (last_value - 1 + is_called::int)::text FROM planted.fired")[0]!,
        System.Globalization.CultureInfo.InvariantCulture);

    [TestCase("kong", "{other}")]
    [TestCase("{user}", "{other}")]
    public void None_of_another_role_runs_and_the_remedy_helps(string user, string owner)
    {
        StartOld();
        Prepare(Plant + $"ALTER FUNCTION planted.fire() OWNER TO {owner};");
        var settings = ("pg_user", Fill(user));
        var ledger = Ledger();
        Assert.Multiple(() =>
        {
            foreach (var (command, code) in new[]
            {
                ("plan", 0), ("plan --count", 0), ("advise", 9), ("check", 1), ("up", 9), ("migrate --finish", 9),
                ("reset --yes --drop-everything", 9),
            })
            {
                var result = Migrator(command, settings);
                Assert.That(result.ExitCode, Is.EqualTo(code), command + result.Output + result.Errors);
                Assert.That(result.Output + result.Errors, Does.Contain("event trigger fire").And.Contain(Fill(owner)).And
                    .Contain("ALTER EVENT TRIGGER fire DISABLE;"), command);
            }

            var script = PsqlProcess.Run(Database, Migrator("plan up --sql", settings).Output);
            Assert.That(script.Errors, Does.Contain("event trigger fire calls function planted.fire"));
            Assert.That(Fired, Is.Zero);
            Assert.That(Ledger(), Is.EqualTo(ledger));
        });

        Database.Execute("ALTER EVENT TRIGGER fire DISABLE");
        var up = Migrator("up", settings);
        Assert.That(up.ExitCode, Is.Zero, up.Errors);
    }

    [TestCase("plan", 0)]
    [TestCase("advise", 9)]
    [TestCase("reset --yes", 9)]
    public void One_that_is_enabled_for_replicas_does_not_run_in_a_session_that_is_one(string command, int code)
    {
        StartOld();
        Prepare(Plant + "ALTER FUNCTION planted.fire() OWNER TO {other}; ALTER EVENT TRIGGER fire ENABLE REPLICA;");
        Database.Execute($"ALTER DATABASE {Database.Name} SET session_replication_role = replica");
        var result = Migrator(command);
        Assert.That((result.ExitCode, Fired), Is.EqualTo((code, 0L)), result.Output + result.Errors);
    }

    [Test]
    public void A_bootstrap_and_a_repair_run_none()
    {
        Prepare(Plant + "ALTER FUNCTION planted.fire() OWNER TO {other};");
        var bootstrap = Migrator("bootstrap");
        Assert.That(bootstrap.ExitCode, Is.EqualTo(9), bootstrap.Errors);
        Assert.That(Fired, Is.Zero);
        Assert.That(Tables(), Is.Empty);

        Database.Execute("ALTER EVENT TRIGGER fire DISABLE");
        Assert.That(Migrator("bootstrap").ExitCode, Is.Zero);
        Database.Execute("DROP INDEX routes_service_id_idx; ALTER EVENT TRIGGER fire ENABLE");
        var script = PsqlProcess.Run(Database, Migrator("verify --sql").Output);
        Assert.That(script.Errors, Does.Contain("event trigger fire calls function planted.fire"));
        Assert.That(Fired, Is.Zero);
    }

    [Test]
    public void One_of_the_owner_of_the_database_runs_for_the_owner_and_not_for_a_superuser_that_only_reads()
    {
        StartOld();
        Prepare(Plant + "ALTER FUNCTION planted.fire() OWNER TO {user};");
        var (plan, advise) = (Migrator("plan"), Migrator("advise"));
        Assert.Multiple(() =>
        {
            Assert.That(plan.ExitCode, Is.Zero, plan.Errors);
            Assert.That(advise.ExitCode, Is.EqualTo(9), advise.Output);
            Assert.That(Fired, Is.Zero);
        });

        var up = Migrator("up", ("pg_user", User));
        Assert.That(up.ExitCode, Is.Zero, up.Errors);
        Assert.That(Fired, Is.Positive);
    }

    private void Prepare(string sql)
    {
        var psql = PsqlProcess.Run(Database, "\\set ON_ERROR_STOP on\n" + Fill(Deployment.RemedyCases.Prepare + sql)
            + "SELECT setval('planted.fired', 1, false);");
        Assert.That(psql.ExitCode, Is.Zero, psql.Errors);
    }

    private string Fill(string text) => text.Replace("{user}", User, StringComparison.Ordinal)
        .Replace("{other}", $"{Database.Name}_other", StringComparison.Ordinal)
        .Replace("{db}", Database.Name, StringComparison.Ordinal);
}
