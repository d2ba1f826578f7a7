using System.Text.RegularExpressions;
using Migrator.Inspection;
using Migrator.Tests.Execution;
using Migrator.Tests.Sessions;
using Npgsql;
using TestSupport;

namespace Migrator.Tests.Commands;

/// <summary>
/// Runs of a member of the role that owns the gateway's tables: what they make belongs to that role. Roles belong to a whole server, so
/// these tests have their own.
/// </summary>
internal sealed class ActingRoleTests
{
    private const string Owners =
        """
        SELECT DISTINCT pg_get_userbyid(owner) FROM (
          SELECT relowner AS owner FROM pg_class WHERE relnamespace = 'public'::regnamespace
          UNION ALL
          SELECT proowner FROM pg_proc WHERE pronamespace = 'public'::regnamespace) AS objects
        """;

    private PostgresServer server = null!;
    private TestDatabase database = null!;

    [SetUp]
    public void Start()
    {
        server = PostgresServer.Start();
        server.Execute("postgres", "CREATE ROLE owner LOGIN; CREATE ROLE member LOGIN IN ROLE owner; CREATE ROLE gateway LOGIN");
        database = server.CreateDatabase();
        database.Execute($"ALTER DATABASE {database.Name} OWNER TO owner; ALTER SCHEMA public OWNER TO owner");
    }

    [TearDown]
    public void Stop()
    {
        database.Dispose();
        server.Dispose();
    }

    [Test]
    public void What_a_member_of_the_owner_makes_belongs_to_the_owner_and_has_the_owners_default_privileges()
    {
        Migrator("bootstrap --gateway-version 2.8", "owner");
        database.Execute(
            """
            GRANT USAGE ON SCHEMA public TO gateway;
            ALTER DEFAULT PRIVILEGES FOR ROLE owner IN SCHEMA public GRANT SELECT ON TABLES TO gateway;
            """);
        var check = Migrator("check", "member");
        var plan = Migrator("plan up", "member");
        var up = Migrator("up", "member");
        var finish = Migrator("finish", "member");
        Assert.Multiple(() =>
        {
            Assert.That(check.Output, Does.Contain("'member' acts as 'owner', the owner of the tables, to which new objects will belong"));
            Assert.That(plan.Output, Does.Contain("It would act as role 'owner', to which the new objects would belong."));
            Assert.That(up.ExitCode, Is.Zero, up.Errors);
            Assert.That(up.Errors, Does.Contain("as role 'owner', to which the new objects will belong"));
            Assert.That(finish.ExitCode, Is.Zero, finish.Errors);
            Assert.That(database.Query(Owners), Is.EqualTo(new[] { "owner" }));
            Assert.That(() => Query("gateway", "SELECT count(*) FROM public.keys"), Throws.Nothing);
            Assert.That(Migrator("verify", "owner").ExitCode, Is.Zero);
        });
    }

    [TestCase("bootstrap")]
    [TestCase("bootstrap --force --yes")]
    public void A_bootstrap_by_a_member_of_the_owner_of_the_database_makes_tables_of_the_owner(string command)
    {
        if (command != "bootstrap")
        {
            Migrator("bootstrap", "owner");
        }

        var result = Migrator(command, "member");
        Assert.That(result.ExitCode, Is.Zero, result.Errors);
        Assert.That(database.Query(Owners), Is.EqualTo(new[] { "owner" }));
    }

    [Test]
    public void Tables_and_functions_that_an_earlier_run_left_with_the_member_become_the_owners()
    {
        Migrator("bootstrap --gateway-version 2.8", "owner");
        database.Execute(
            "ALTER TABLE routes OWNER TO member; ALTER TABLE locks OWNER TO member; ALTER FUNCTION sync_tags() OWNER TO member");
        var check = Migrator("check", "member");
        var up = Migrator("up", "member");
        Assert.Multiple(() =>
        {
            Assert.That(check.Output,
                Does.Contain("it will get what belongs to another role: FUNCTION public.sync_tags(), TABLE public.locks, "
                    + "TABLE public.routes"));
            Assert.That(up.ExitCode, Is.Zero, up.Errors);
            Assert.That(database.Query(Owners), Is.EqualTo(new[] { "owner" }));
        });
    }

    [TestCase("""
        SET allow_in_place_tablespaces = on; CREATE TABLESPACE space LOCATION ''; ALTER ROLE member SET default_tablespace = 'space';
        """)]
    [TestCase("REVOKE EXECUTE ON FUNCTION pg_try_advisory_xact_lock(int, int) FROM PUBLIC;")]
    [TestCase("REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC;")]
    [TestCase("""
        INSERT INTO routes (id, name, paths, ws_id) SELECT gen_random_uuid(), 'r', ARRAY['/a\d'], id FROM workspaces;
        CREATE SCHEMA audit; GRANT USAGE ON SCHEMA audit TO PUBLIC; CREATE TABLE audit.log (what text);
        CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO audit.log VALUES (TG_OP); RETURN NEW; END';
        ALTER FUNCTION note() OWNER TO owner; CREATE TRIGGER note AFTER UPDATE ON routes FOR EACH ROW EXECUTE FUNCTION note();
        """)]
    public void A_right_that_is_missing_is_given_to_the_role_that_the_run_acts_as(string setup)
    {
        Migrator("bootstrap --gateway-version 2.8", "owner");
        var prepared = PsqlProcess.Run(database, $"\\set ON_ERROR_STOP on\n{setup}");
        Assert.That(prepared.ExitCode, Is.Zero, prepared.Errors);
        var refused = Migrator("up", "member");
        var remedy = Regex.Match(refused.Errors, "GRANT [^;]* TO owner;", RegexOptions.None, TimeSpan.FromMinutes(1)).Value;
        Assert.That(remedy, Is.Not.Empty, refused.Errors);
        Assert.That(refused.Errors, Does.Not.Contain("SECURITY DEFINER;"));
        database.Execute(remedy);
        var up = Migrator("up", "member");
        Assert.That(up.ExitCode, Is.Zero, up.Errors);
    }

    [TestCase("REVOKE EXECUTE ON FUNCTION pg_try_advisory_xact_lock(int, int) FROM PUBLIC;")]
    [TestCase("REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC;")]
    [TestCase("REVOKE USAGE ON TYPE text FROM PUBLIC;")]
    public void In_an_empty_database_a_right_that_is_missing_is_given_to_the_role_to_which_the_tables_will_belong(string setup)
    {
        database.Execute(setup);
        var refused = Migrator("bootstrap", "member");
        var remedy = Regex.Match(refused.Errors, "GRANT [^;]* TO owner;", RegexOptions.None, TimeSpan.FromMinutes(1)).Value;
        Assert.That(remedy, Is.Not.Empty, refused.Errors);
        database.Execute(remedy);
        var bootstrap = Migrator("bootstrap", "member");
        Assert.That(bootstrap.ExitCode, Is.Zero, bootstrap.Errors);
        Assert.That(database.Query(Owners), Is.EqualTo(new[] { "owner" }));
    }

    [Test]
    public void A_script_makes_tables_of_the_owner_whoever_runs_it()
    {
        Migrator("bootstrap --gateway-version 2.8", "owner");
        var script = Migrator("plan up --sql", "owner");
        Assert.That(PsqlProcess.Run(database, script.Output, "kong").ExitCode, Is.Zero);
        Assert.That(database.Query(Owners), Is.EqualTo(new[] { "owner" }));
    }

    [Test]
    public async Task A_member_who_may_not_act_as_the_owner_is_told_the_GRANT_that_helps()
    {
        var session = new FakeSession().Answers(() => StateAnswers.State([]));
        var facts = await DatabaseReader.ReadAsync(session, "public", CancellationToken.None);
        facts = facts with { User = "kong_iam", LedgerOwner = "kong", MayNotActAsOwner = true };
        Assert.That(facts.RequireWritable, Throws.InstanceOf<Errors.MigratorException>()
            .With.Property("Remedy").Contains("GRANT \"kong\" TO \"kong_iam\" WITH SET TRUE;"));
    }

    [Test]
    public void Sessions_without_triggers_are_refused()
    {
        Migrator("bootstrap --gateway-version 2.8", "owner");
        server.Execute("postgres", "ALTER ROLE member SET session_replication_role = replica");
        var up = Migrator("up", "member");
        Assert.That(up.ExitCode, Is.EqualTo(9));
        Assert.That(up.Errors, Does.Contain("ALTER ROLE member RESET session_replication_role;"));
    }

    private object? Query(string user, string sql)
    {
        using var connection = database.Connect(user);
        using var command = new NpgsqlCommand(sql, connection);
        return command.ExecuteScalar();
    }

    private ProcessResult Migrator(string arguments, string user)
    {
        using var conf = KongConf.For(database, ("pg_user", user));
        return MigratorProcess.Run($"{arguments} -c {conf.Path}");
    }
}
