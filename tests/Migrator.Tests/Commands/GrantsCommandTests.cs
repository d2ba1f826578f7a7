using System.Text.RegularExpressions;
using Npgsql;
using TestSupport;

namespace Migrator.Tests.Commands;

/// <summary>
/// Tests of <c>migrator grants</c>: each role logs in, does what it must, and cannot do what it must not. Roles belong to a whole server,
/// so these tests have their own.
/// </summary>
internal sealed class GrantsCommandTests
{
    private const string Roles = "--owner kong_owner --gateway gateway --read-only reader";

    private PostgresServer server = null!;
    private TestDatabase database = null!;

    [SetUp]
    public void Start()
    {
        server = PostgresServer.Start();
        database = server.CreateDatabase();
    }

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    [TearDown]
    public void Stop()
    {
        database.Dispose();
        server.Dispose();
    }

    [Test]
    public void Before_bootstrap_default_privileges_give_the_gateway_its_rights()
    {
        Grant();
        Assert.That(Migrator("bootstrap", "kong_owner").ExitCode, Is.Zero);
        AssertRoles();
    }

    [Test]
    public void In_a_database_in_use_the_tables_change_their_owner_and_a_second_time_changes_nothing()
    {
        Assert.That(Migrator("bootstrap", "kong").ExitCode, Is.Zero);
        Grant();
        Grant();
        Assert.That(database.Query("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'"),
            Is.EqualTo(new[] { "kong_owner" }));
        AssertRoles();
    }

    [Test]
    public void The_master_user_of_RDS_who_is_no_superuser_can_run_it()
    {
        server.Execute("postgres", "CREATE ROLE master LOGIN CREATEROLE CREATEDB; CREATE ROLE gateway LOGIN");
        database.Execute($"ALTER DATABASE \"{database.Name}\" OWNER TO gateway; GRANT gateway TO master WITH ADMIN OPTION");
        database.Execute("ALTER SCHEMA public OWNER TO gateway");
        Assert.That(Migrator("bootstrap", "gateway").ExitCode, Is.Zero);
        var psql = PsqlProcess.Run(database, Migrator($"grants {Roles}", "kong").Output, "master");
        Assert.That(psql.ExitCode, Is.Zero, psql.Errors);
        AssertRoles();
    }

    private const string Memberships =
        "SELECT pg_get_userbyid(roleid) FROM pg_auth_members WHERE member = 'master'::regrole AND grantor = member ORDER BY 1";

    // RDS takes no password of a direct or indirect member of rds_iam.
    private const string InIam =
        "WITH RECURSIVE mine AS (SELECT 'master'::regrole::oid AS oid UNION SELECT m.roleid FROM pg_auth_members AS m JOIN mine "
            + "ON m.member = mine.oid) SELECT (count(*) > 0)::text FROM mine WHERE oid = 'rds_iam'::regrole";

    [TestCase(14)]
    [TestCase(15)]
    [TestCase(16)]
    [TestCase(18)]
    public void The_master_user_of_RDS_can_still_log_in_with_its_password_afterwards(int version)
    {
        using var own = PostgresVersions.Start(version);
        using var place = own.CreateDatabase();
        place.Execute("CREATE ROLE master LOGIN CREATEROLE CREATEDB; CREATE ROLE rds_iam;"
            + $"ALTER DATABASE \"{place.Name}\" OWNER TO master; ALTER SCHEMA public OWNER TO master;");
        var psql = PsqlProcess.Run(place, Migrator($"grants {Roles} --iam", "kong", place).Output, "master");
        Assert.That(psql.ExitCode, Is.Zero, psql.Errors);
        Assert.That(place.Query(Memberships), Is.Empty);
        Assert.That(place.Query(InIam), Is.EqualTo(new[] { "false" }));

        // From PostgreSQL 16 on, who makes a role is its member, and cannot change that.
        Assert.That(Regex.Count(psql.Errors, "was not given rds_iam: master is a member of it"), Is.EqualTo(version < 16 ? 0 : 3));
    }

    [Test]
    public void A_role_of_which_the_master_user_is_a_member_gets_rds_iam_only_after_that()
    {
        server.Execute("postgres", "CREATE ROLE master LOGIN CREATEROLE CREATEDB; CREATE ROLE rds_iam; CREATE ROLE gateway LOGIN; "
            + "CREATE ROLE team; GRANT gateway TO team; GRANT team TO master");
        database.Execute($"ALTER DATABASE \"{database.Name}\" OWNER TO gateway; ALTER SCHEMA public OWNER TO gateway");
        var psql = PsqlProcess.Run(database, Migrator($"grants {Roles} --iam", "kong").Output, "master");
        Assert.That(psql.ExitCode, Is.Zero, psql.Errors);
        Assert.That(psql.Errors, Does.Contain("gateway was not given rds_iam: master is a member of it"));
        Assert.That(database.Query(InIam), Is.EqualTo(new[] { "false" }));
        var hint = Regex.Match(psql.Errors, "REVOKE gateway FROM team; GRANT rds_iam TO gateway;", RegexOptions.None, Limit).Value;
        Assert.That(PsqlProcess.Run(database, $"\\set ON_ERROR_STOP on\n{hint}\n", "master").ExitCode, Is.Zero, psql.Errors);
        Assert.That(database.Query(InIam), Is.EqualTo(new[] { "false" }));
        Assert.That(database.Query("SELECT count(*)::text FROM pg_auth_members WHERE roleid = 'rds_iam'::regrole"),
            Is.EqualTo(new[] { "3" }));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Who_has_not_the_rights_of_the_owner_changes_nothing_and_is_told_how_to_get_them(bool hasTables)
    {
        server.Execute("postgres", "CREATE ROLE master LOGIN CREATEROLE CREATEDB; CREATE ROLE oldowner LOGIN");
        database.Execute(
            $"ALTER DATABASE \"{database.Name}\" OWNER TO oldowner; ALTER SCHEMA public OWNER TO pg_database_owner");
        if (hasTables)
        {
            Assert.That(Migrator("bootstrap", "oldowner").ExitCode, Is.Zero);
        }

        var script = Migrator($"grants {Roles}", "kong").Output;
        var refused = PsqlProcess.Run(database, script, "master");
        Assert.That(refused.ExitCode, Is.EqualTo(3));
        Assert.That(refused.Errors, Does.Contain("belongs to oldowner, and master does not have its rights").And.Not.Contain("WARNING"));
        Assert.That(database.Query("SELECT rolname FROM pg_roles WHERE rolname = 'gateway'"), Is.Empty);
        Assert.That(refused.Errors, Does.Contain("GRANT oldowner TO master;\nREVOKE oldowner FROM master;"));
        var psql = PsqlProcess.Run(database, $"GRANT oldowner TO master;\n{script}\nREVOKE oldowner FROM master;\n", "master");
        Assert.That(psql.ExitCode, Is.Zero, psql.Errors);
        Assert.That(psql.Errors, Does.Not.Contain("WARNING"));
        Assert.That(database.Query("SELECT count(*)::text FROM pg_auth_members WHERE member = 'master'::regrole"),
            Is.EqualTo(new[] { "0" }));
        if (!hasTables)
        {
            Assert.That(Migrator("bootstrap", "kong_owner").ExitCode, Is.Zero);
        }

        AssertRoles();
    }

    [Test]
    public void Other_tables_in_the_schema_stay_as_they_are()
    {
        database.Execute("CREATE TABLE other (id int)");
        Grant();
        Assert.That(database.Query("SELECT tableowner FROM pg_tables WHERE tablename = 'other'").Single(), Is.Not.EqualTo("kong_owner"));
        Assert.That(Refusal("reader", "SELECT * FROM other"), Is.EqualTo(PostgresErrorCodes.InsufficientPrivilege));
    }

    [Test]
    public void Check_compares_the_role_of_the_gateway()
    {
        Grant();
        Migrator("bootstrap", "kong_owner");
        var good = Migrator("check --gateway gateway", "kong_owner");
        database.Execute("GRANT CREATE ON SCHEMA public TO gateway; REVOKE DELETE ON routes FROM gateway");
        var bad = Migrator("check --gateway gateway", "kong_owner");
        var missing = Migrator("check --gateway nobody_here", "kong_owner");
        Assert.Multiple(() =>
        {
            Assert.That(good.Output, Does.Contain("'gateway' may read and write the gateway's rows, and not change the schema"));
            Assert.That(bad.ExitCode, Is.EqualTo(1));
            Assert.That(bad.Output,
                Does.Contain("may create objects in the schema").And.Contain("lacks rights on routes").And.Contain("migrator grants -c"));
            Assert.That(missing.Output, Does.Contain("there is no role 'nobody_here'"));
        });
    }

    [TestCase("GRANT ALL ON ALL TABLES IN SCHEMA public TO gateway WITH GRANT OPTION")]
    [TestCase("GRANT ALL ON ALL TABLES IN SCHEMA public TO PUBLIC; GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO PUBLIC")]
    [TestCase("GRANT ALL ON SCHEMA public TO gateway WITH GRANT OPTION")]
    [TestCase("ALTER DEFAULT PRIVILEGES FOR ROLE kong_owner GRANT ALL ON TABLES TO gateway")]
    [TestCase("GRANT REFERENCES (id) ON routes TO gateway")]
    [TestCase("GRANT kong_owner TO gateway")]
    public void What_the_script_does_not_give_check_says_and_the_script_takes_away(string more)
    {
        Grant();
        Migrator("bootstrap", "kong_owner");
        database.Execute(more);
        Assert.That(Migrator("check --gateway gateway", "kong_owner").Output, Does.Contain("[FAIL] rw gateway role"));
        Grant();
        Assert.That(Migrator("check --gateway gateway", "kong_owner").Output,
            Does.Contain("[ok]   rw gateway role").And.Contain("and no more"));
    }

    [TestCase("ALTER ROLE gateway CREATEROLE", "may create and change roles (CREATEROLE)", "ALTER ROLE gateway NOCREATEROLE;")]
    [TestCase("ALTER ROLE gateway BYPASSRLS", "is not bound by row security", "ALTER ROLE gateway NOBYPASSRLS;")]
    [TestCase("GRANT pg_execute_server_program TO gateway", "is a member of pg_execute_server_program",
        "REVOKE pg_execute_server_program FROM gateway;")]
    [TestCase("CREATE ROLE team CREATEROLE; GRANT team TO gateway", "is a member of team, which may create", "REVOKE team FROM gateway;")]
    [TestCase("CREATE ROLE team; GRANT kong_owner TO team; GRANT team TO gateway", "is a member of kong_owner through team, which owns",
        "REVOKE kong_owner FROM team;")]
    [TestCase("CREATE ROLE team; GRANT TRUNCATE ON routes TO team; GRANT team TO gateway",
        "is a member of team, which has TRUNCATE on routes",
        "REVOKE team FROM gateway;")]
    [TestCase("ALTER DATABASE DB OWNER TO gateway", "owns the database", "ALTER DATABASE DB OWNER TO kong_owner;")]
    [TestCase("GRANT CREATE ON DATABASE DB TO gateway", "may create schemas in the database", "REVOKE CREATE ON DATABASE DB FROM gateway;")]
    [TestCase("CREATE FUNCTION door(text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN EXECUTE $1; END'; "
        + "ALTER FUNCTION door(text) OWNER TO kong_owner", "may call public.door(text), which runs with the rights of kong_owner",
        "REVOKE EXECUTE ON FUNCTION public.door(text) FROM PUBLIC;")]
    public void What_the_script_cannot_take_away_check_names_with_the_SQL_that_does(string more, string flaw, string repair)
    {
        Grant();
        Migrator("bootstrap", "kong_owner");
        database.Execute(more.Replace("DB", database.Name, StringComparison.Ordinal));
        var check = Migrator("check --gateway gateway", "kong_owner").Output;
        repair = repair.Replace("DB", database.Name, StringComparison.Ordinal);
        Assert.That(check, Does.Contain(flaw).And.Contain($"As a superuser (on RDS: the master user): {repair}"));
        database.Execute(repair);
        Assert.That(Migrator("check --gateway gateway", "kong_owner").Output, Does.Contain("[ok]   rw gateway role"));
    }

    [TestCase("ALTER ROLE gateway NOLOGIN", "may not log in (NOLOGIN)")]
    [TestCase("ALTER ROLE gateway CONNECTION LIMIT 0", "may have no session (CONNECTION LIMIT 0)")]
    [TestCase("ALTER DATABASE DB CONNECTION LIMIT 0", "may have no session in the database (CONNECTION LIMIT 0)")]
    [TestCase("ALTER ROLE gateway VALID UNTIL '2020-01-01'", "has a password that expired (VALID UNTIL)")]
    [TestCase("REVOKE CONNECT ON DATABASE DB FROM gateway, PUBLIC", "may not connect to the database")]
    [TestCase("ALTER ROLE gateway SET default_transaction_read_only = yes", "cannot write (default_transaction_read_only = yes)")]
    [TestCase("ALTER ROLE gateway IN DATABASE DB SET default_transaction_read_only = on; ALTER ROLE gateway SET work_mem = 4096",
        "cannot write (default_transaction_read_only = on)")]
    [TestCase("ALTER DATABASE DB SET default_transaction_read_only = on", "cannot write (default_transaction_read_only = on)")]
    [TestCase("ALTER ROLE ALL SET default_transaction_read_only = on", "cannot write (default_transaction_read_only = on)")]
    [TestCase("ALTER ROLE gateway SET role = pg_monitor", "acts as another role (role = pg_monitor)")]
    [TestCase("ALTER ROLE gateway SET session_replication_role = replica", "works without triggers and foreign keys")]
    [TestCase("ALTER TABLE routes ENABLE ROW LEVEL SECURITY", "is bound by row security on routes, which may hide rows from it")]
    [TestCase("ALTER TABLE routes ENABLE ROW LEVEL SECURITY; ALTER TABLE services ENABLE ROW LEVEL SECURITY; "
        + "CREATE POLICY a ON routes USING (true); CREATE POLICY b ON routes AS RESTRICTIVE FOR DELETE TO gateway USING (name <> 'x')",
        "is bound by row security on routes, services, which may hide rows from it")]
    [TestCase("ALTER TABLE routes ENABLE ROW LEVEL SECURITY; CREATE POLICY a ON routes FOR SELECT USING (true); "
        + "CREATE POLICY b ON routes FOR INSERT WITH CHECK (true); CREATE POLICY c ON routes FOR UPDATE USING (true)",
        "is bound by row security on routes, which may hide rows from it")]
    public void What_keeps_the_gateway_from_its_rows_check_names_with_the_SQL_against_it(string state, string flaw)
    {
        Grant();
        Migrator("bootstrap", "kong_owner");
        Execute(state);

        // Nobody else has a session where none may.
        var user = state.Contains("DB CONNECTION", StringComparison.Ordinal) ? "kong" : "kong_owner";
        var check = Migrator("check --gateway gateway", user).Output;
        Assert.That(check, Does.Match($"\\[FAIL\\] rw gateway role +'gateway' {Regex.Escape(flaw)}"));
        ExecuteRemedies(check, database);
        Assert.That(Migrator("check --gateway gateway", "kong_owner").Output, Does.Contain("[ok]   rw gateway role"));
        Assert.That(Refusal("gateway", "DELETE FROM routes"), Is.Null);
    }

    [Test]
    public void On_a_server_that_is_read_only_by_default_the_gateway_is_told_to_write()
    {
        Grant();
        Migrator("bootstrap", "kong_owner");
        Reload("ALTER SYSTEM SET default_transaction_read_only = on", "on");
        var check = Migrator("check --gateway gateway", "kong_owner").Output;
        ExecuteRemedies(check, database);
        var again = Migrator("check --gateway gateway", "kong_owner").Output;
        Reload("ALTER SYSTEM RESET default_transaction_read_only", "off");
        Assert.That(check, Does.Contain("'gateway' cannot write (default_transaction_read_only = on)"));
        Assert.That(again, Does.Contain("[ok]   rw gateway role"));
    }

    [TestCase("ALTER DATABASE DB SET default_transaction_read_only = on; "
        + "ALTER ROLE gateway SET default_transaction_read_only = off")]
    [TestCase("ALTER TABLE routes ENABLE ROW LEVEL SECURITY; CREATE POLICY a ON routes TO gateway USING (true)")]
    [TestCase("ALTER TABLE routes ENABLE ROW LEVEL SECURITY; CREATE POLICY a ON routes FOR SELECT USING (true); "
        + "CREATE POLICY b ON routes FOR INSERT WITH CHECK (true); CREATE POLICY c ON routes FOR UPDATE USING (true); "
        + "CREATE POLICY d ON routes FOR DELETE USING (true); CREATE POLICY e ON routes AS RESTRICTIVE TO kong_owner USING (false)")]
    [TestCase("ALTER ROLE gateway VALID UNTIL '2999-01-01' CONNECTION LIMIT 50")]
    [TestCase("ALTER DEFAULT PRIVILEGES FOR ROLE kong_owner REVOKE ALL ON FUNCTIONS FROM kong_owner")]
    [TestCase("ALTER DEFAULT PRIVILEGES FOR ROLE gateway GRANT SELECT ON TABLES TO PUBLIC")]
    public void What_keeps_the_gateway_from_nothing_is_fine(string state)
    {
        Grant();
        Migrator("bootstrap", "kong_owner");
        Execute(state);
        Assert.That(Migrator("check --gateway gateway", "kong_owner").Output, Does.Contain("[ok]   rw gateway role"));
    }

    [Test]
    public void A_sequence_that_the_gateway_may_not_use_is_named()
    {
        Grant();
        Migrator("bootstrap", "kong_owner");
        database.Execute("REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM gateway");
        Assert.That(Migrator("check --gateway gateway", "kong_owner").Output, Does.Contain("lacks USAGE on sequence"));
        Grant();
        Assert.That(Migrator("check --gateway gateway", "kong_owner").Output, Does.Contain("[ok]   rw gateway role"));
    }

    [TestCase(10)]
    [TestCase(13)]
    [TestCase(15)]
    [TestCase(18)]
    public void Default_privileges_of_every_kind_check_names_and_the_script_takes_away(int version)
    {
        using var own = PostgresVersions.Start(version);
        using var place = own.CreateDatabase();
        Grant(place);
        string[] kinds =
            ["TABLES", "SEQUENCES", "FUNCTIONS", "TYPES", "SCHEMAS", .. version < 18 ? Array.Empty<string>() : ["LARGE OBJECTS"]];
        foreach (var kind in kinds)
        {
            place.Execute($"ALTER DEFAULT PRIVILEGES FOR ROLE kong_owner GRANT ALL ON {kind} TO gateway");
        }

        place.Execute("ALTER DEFAULT PRIVILEGES FOR ROLE kong_owner GRANT CREATE ON SCHEMAS TO PUBLIC");
        place.Execute("ALTER DEFAULT PRIVILEGES FOR ROLE kong_owner IN SCHEMA public GRANT EXECUTE ON FUNCTIONS TO gateway");
        var check = Migrator("check --gateway gateway", "kong_owner", place).Output;
        foreach (var kind in kinds)
        {
            Assert.That(check, Does.Contain($"on {kind.ToLowerInvariant()} that kong_owner creates (default privileges)"));
        }

        Grant(place);
        Assert.That(Migrator("check --gateway gateway", "kong_owner", place).Output, Does.Contain("[ok]   rw gateway role"));
    }

    private const string Left =
        """
        CREATE FUNCTION "f x"(int, text) RETURNS int LANGUAGE sql AS 'SELECT 1';
        CREATE FUNCTION f2() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
        CREATE AGGREGATE agg(int) (SFUNC = int4pl, STYPE = int);
        CREATE AGGREGATE agg0(*) (SFUNC = int8inc, STYPE = bigint, INITCOND = '0');
        CREATE TABLE plugin (id serial, a int, b int);
        INSERT INTO plugin VALUES (1, 1, 1);
        CREATE STATISTICS plugin_statistics ON a, b FROM plugin;
        CREATE VIEW v AS SELECT 1 AS one;
        CREATE MATERIALIZED VIEW mv AS SELECT 1 AS one;
        CREATE SEQUENCE s;
        CREATE TYPE e AS ENUM ('a');
        CREATE TYPE c AS (a int);
        CREATE TYPE r AS RANGE (SUBTYPE = float8);
        CREATE DOMAIN d AS int;
        CREATE OPERATOR @@@ (PROCEDURE = int4pl, LEFTARG = int, RIGHTARG = int);
        CREATE OPERATOR CLASS oc FOR TYPE int USING btree AS OPERATOR 1 <;
        CREATE TEXT SEARCH CONFIGURATION tc (COPY = simple);
        CREATE TEXT SEARCH DICTIONARY td (TEMPLATE = simple);
        CREATE CONVERSION cv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
        CREATE COLLATION co FROM "C";
        CREATE SCHEMA "own schema";
        CREATE PUBLICATION p FOR ALL TABLES;
        CREATE FOREIGN DATA WRAPPER fdw;
        CREATE SERVER sv FOREIGN DATA WRAPPER fdw;
        CREATE FOREIGN TABLE ft (a int) SERVER sv;
        CREATE EVENT TRIGGER et ON ddl_command_end EXECUTE PROCEDURE f2();
        ALTER EVENT TRIGGER et DISABLE;
        SELECT lo_create(0);
        """;

    // What a superuser may create who is none any more.
    [TestCase(10)]
    [TestCase(14)]
    [TestCase(18)]
    public void What_belongs_to_the_gateway_check_names_with_the_SQL_that_gives_it_away(int version)
    {
        using var own = PostgresVersions.Start(version);
        using var place = own.CreateDatabase();
        Grant(place);
        Migrator("bootstrap", "kong_owner", place);
        const string Become = "ALTER ROLE gateway SUPERUSER; SET SESSION AUTHORIZATION gateway; ";
        const string End = " RESET SESSION AUTHORIZATION; ALTER ROLE gateway NOSUPERUSER";
        foreach (var one in Left.Split(";\n"))
        {
            place.Execute($"{Become}{one.TrimEnd(';')};{End}");
        }

        var check = Migrator("check --gateway gateway", "kong_owner", place).Output;
        Assert.That(check, Does.Contain("'gateway' owns aggregate public.agg(integer), aggregate public.agg0(), ")
            .And.Match("and [0-9]+ more[\\s(]").And.Contain("-- Read their code first"));
        var warned = PsqlProcess.Run(place, Migrator($"grants {Roles}", "kong", place).Output);
        Assert.That(warned.ExitCode, Is.Zero, warned.Errors);
        Assert.That(warned.Errors, Does.Contain("gateway still owns aggregate public.agg(integer)")
            .And.Contain("ALTER EVENT TRIGGER et OWNER TO CURRENT_USER;").And.Contain("ALTER SCHEMA \"own schema\" OWNER TO kong_owner;"));
        ExecuteRemedies(check, place);
        Assert.That(Migrator("check --gateway gateway", "kong_owner", place).Output, Does.Contain("[ok]   rw gateway role"));
        using var gateway = place.Connect("gateway");
        using var insert = new NpgsqlCommand("INSERT INTO plugin (a) SELECT one FROM v", gateway);
        Assert.That(insert.ExecuteNonQuery(), Is.EqualTo(1));
    }

    [TestCase("ALTER TABLE snis OWNER TO gateway", "ALTER TABLE public.snis OWNER TO")]
    [TestCase("ALTER FUNCTION sync_tags() OWNER TO gateway", "ALTER FUNCTION public.sync_tags() OWNER TO")]
    public void Nobody_is_told_to_become_a_member_of_the_role_of_the_gateway(string left, string give)
    {
        Grant();
        Migrator("bootstrap --gateway-version 2.8", "kong_owner");
        database.Execute(left);
        foreach (var command in new[] { "check", "check --gateway gateway", "up" })
        {
            var result = Migrator(command, "kong_owner");
            Assert.That(result.ExitCode, Is.Not.Zero);
            Assert.That(result.Output + result.Errors,
                Does.Contain(give).And.Not.Contain("GRANT \"gateway\"").And.Not.Contain("pg_user ="));
        }

        database.Execute("GRANT gateway TO kong_owner");
        Assert.That(Migrator("check --gateway gateway", "kong_owner").Output,
            Does.Contain("has kong_owner, who runs the migrations, as a member").And.Contain("REVOKE gateway FROM kong_owner;"));
    }

    [Test]
    public void Check_with_the_role_of_a_gateway_that_owns_everything_does_not_offer_its_rights()
    {
        server.Execute("postgres", "CREATE ROLE gateway LOGIN; CREATE ROLE kong_owner LOGIN");
        database.Execute($"ALTER DATABASE \"{database.Name}\" OWNER TO gateway; ALTER SCHEMA public OWNER TO gateway");
        Migrator("bootstrap --gateway-version 2.8", "gateway");
        var result = Migrator("check --gateway gateway", "kong_owner");
        Assert.That(result.ExitCode, Is.EqualTo(1));
        Assert.That(result.Output, Does.Contain("migrator grants -c").And.Not.Contain("GRANT \"gateway\"").And.Not.Contain("pg_user ="));
    }

    [Test]
    public void Check_takes_no_other_role_for_the_gateways()
    {
        server.Execute("postgres", "CREATE ROLE gateway LOGIN; CREATE ROLE gate LOGIN; CREATE ROLE kong_owner LOGIN");
        database.Execute($"ALTER DATABASE \"{database.Name}\" OWNER TO gateway; ALTER SCHEMA public OWNER TO gateway");
        Migrator("bootstrap --gateway-version 2.8", "gateway");
        Assert.That(Migrator("check --gateway gate", "kong_owner").Output, Does.Contain("pg_user = gateway"));
    }

    // The gateway's role owns the database, and its member trusts it; a superuser runs no code of its own rights but a superuser's.
    [TestCase("other", "kong", 0)]
    [TestCase("gateway", "kong", 0)]
    [TestCase("other", "master", 0)]
    [TestCase("kong", "kong", 1)]
    public void No_event_trigger_of_a_role_that_is_not_trusted_runs_with_the_rights_of_the_administrator(
        string owner, string administrator, int runs)
    {
        server.Execute("postgres", "CREATE ROLE gateway LOGIN; CREATE ROLE other LOGIN; CREATE ROLE master LOGIN CREATEROLE CREATEDB");
        database.Execute($"ALTER DATABASE \"{database.Name}\" OWNER TO gateway; GRANT gateway TO master WITH ADMIN OPTION");
        database.Execute("ALTER SCHEMA public OWNER TO gateway; CREATE SEQUENCE fired; GRANT ALL ON SEQUENCE fired TO PUBLIC");
        Migrator("bootstrap", "gateway");
        database.Execute(
            "CREATE FUNCTION fire() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN PERFORM nextval(''public.fired''); END';"
            + $"CREATE EVENT TRIGGER fire ON ddl_command_end EXECUTE FUNCTION fire(); ALTER FUNCTION fire() OWNER TO {owner};"
            + "SELECT setval('fired', 1, false);");
        var script = Migrator($"grants {Roles}", "kong").Output;
        var psql = PsqlProcess.Run(database, script, administrator);

        // What a sequence counts is not rolled back.
        Assert.That(database.Query("SELECT is_called::int::text FROM fired"), Is.EqualTo(new[] { $"{runs}" }), psql.Errors);
        if (runs == 0)
        {
            Assert.That(psql.Errors, Does.Contain($"event trigger fire calls function public.fire, which belongs to {owner}")
                .And.Contain("ALTER EVENT TRIGGER fire DISABLE;"));
            database.Execute("ALTER EVENT TRIGGER fire DISABLE");
            psql = PsqlProcess.Run(database, script, administrator);
        }

        Assert.That(psql.ExitCode, Is.Zero, psql.Errors);
        AssertRoles();
    }

    [Test]
    public void A_gateway_that_is_the_owner_is_told_a_script_that_parts_the_two()
    {
        server.Execute("postgres", "CREATE ROLE app LOGIN");
        database.Execute($"ALTER DATABASE \"{database.Name}\" OWNER TO app; ALTER SCHEMA public OWNER TO app");
        Migrator("bootstrap", "app");
        var check = Migrator("check --gateway app", "app").Output;
        var arguments = Regex.Match(
            check, "(?<=migrator )grants -c \\S+ --owner \\S+ --gateway \\S+", RegexOptions.None, Limit).Value;
        Assert.That(arguments, Does.EndWith("--owner app_owner --gateway app"));
        Assert.That(check, Does.Not.Contain("OWNER TO app_owner"));
        using var conf = KongConf.For(database);
        var script = MigratorProcess.Run(Regex.Replace(arguments, "-c \\S+", $"-c {conf.Path}", RegexOptions.None, Limit));
        Assert.That(script.ExitCode, Is.Zero, script.Errors);
    }

    [Test]
    public void The_owner_sees_the_sessions_of_the_gateways_if_it_is_asked_for()
    {
        const string Query = "SELECT pg_has_role('kong_owner', 'pg_read_all_stats', 'USAGE')";
        Grant();
        Assert.That(database.Query(Query), Is.EqualTo(new[] { "f" }));
        var script = Migrator($"grants {Roles} --monitor", "kong").Output;
        Assert.That(PsqlProcess.Run(database, script).ExitCode, Is.Zero, script);
        Assert.That(database.Query(Query), Is.EqualTo(new[] { "t" }));
    }

    [Test]
    public void What_the_gateway_left_on_tables_that_it_owned_never_runs_with_the_rights_of_the_owner()
    {
        server.Execute("postgres", "CREATE ROLE gateway LOGIN");
        database.Execute("GRANT CREATE, USAGE ON SCHEMA public TO gateway; CREATE TABLE taken (by name); GRANT ALL ON taken TO PUBLIC");
        Migrator("bootstrap --gateway-version 2.8", "gateway");
        const string Take = "INSERT INTO public.taken VALUES (current_user)";
        database.Execute(
            $"""
            SET ROLE gateway;
            CREATE FUNCTION took() RETURNS bool LANGUAGE plpgsql AS $$ BEGIN {Take}; RETURN true; END $$;
            CREATE FUNCTION fine(text) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN public.took(); END $$;
            ALTER TABLE plugins ADD CHECK (public.fine(name));
            CREATE OR REPLACE FUNCTION sync_tags() RETURNS trigger LANGUAGE plpgsql AS $$ -- pg_catalog.format
              BEGIN {Take}; RETURN NEW; END $$;
            INSERT INTO plugins (id, name, config, enabled) VALUES (gen_random_uuid(), 'rate-limiting', '[]', true);
            TRUNCATE taken;
            """);
        Grant();
        var check = Migrator("check", "kong_owner");
        var up = Migrator("up", "kong_owner");
        Assert.Multiple(() =>
        {
            Assert.That(check.Output, Does.Contain("uses function public.fine(text), which belongs to gateway"));
            Assert.That(up.ExitCode, Is.EqualTo(9), up.Errors);
            Assert.That(database.Query("SELECT by FROM taken"), Is.Empty);
            Assert.That(database.Query("SELECT prosrc LIKE '%taken%' FROM pg_proc WHERE proname = 'sync_tags'"), Is.EqualTo(new[] { "f" }));
        });
    }

    [Test]
    public void Names_are_quoted_and_with_iam_the_roles_get_rds_iam()
    {
        var result = Migrator("grants --owner O'x\"y --gateway g --iam", "kong");
        Assert.That(result.Output,
            Does.Contain("CREATE ROLE \"O'x\"\"y\" LOGIN").And.Contain("rolname = 'O''x\"y'").And
                .Contain("rolname IN ('O''x\"y', 'g')").And.Contain("GRANT rds_iam TO %I"));
    }

    [Test]
    public void What_another_role_has_planted_under_a_name_of_the_gateway_does_not_become_the_owners()
    {
        server.Execute("postgres", "CREATE ROLE mallory LOGIN");
        database.Execute("GRANT CREATE ON SCHEMA public TO mallory");
        foreach (var (create, drop) in new[]
        {
            ("CREATE FUNCTION sync_tags() RETURNS void LANGUAGE sql SECURITY DEFINER AS ''", "DROP FUNCTION sync_tags()"),
            ("CREATE TABLE workspaces (id int CHECK (id > 0))", "DROP TABLE workspaces"),
        })
        {
            using var mallory = database.Connect("mallory");
            using var command = new NpgsqlCommand(create, mallory);
            command.ExecuteNonQuery();
            var script = Migrator($"grants {Roles}", "kong").Output;
            var psql = PsqlProcess.Run(database, script);
            Assert.That(psql.ExitCode, Is.EqualTo(3));
            Assert.That(psql.Errors, Does.Contain("belongs to mallory, which is none of these roles\n")
                .And.Contain("OWNER TO kong;"));
            database.Execute(drop);
        }

        Grant();
    }

    [TestCase(15)]
    [TestCase(16)]
    public void The_hint_about_objects_of_another_role_can_be_pasted_by_the_master_user(int version)
    {
        using var own = PostgresVersions.Start(version);
        using var place = own.CreateDatabase();
        place.Execute(
            "CREATE ROLE master LOGIN CREATEROLE CREATEDB; SET ROLE master; CREATE ROLE oldowner LOGIN; CREATE ROLE gateway; RESET ROLE;"
                + $"ALTER DATABASE \"{place.Name}\" OWNER TO master; ALTER SCHEMA public OWNER TO pg_database_owner;"
                + "GRANT CREATE ON SCHEMA public TO oldowner; CREATE TABLE oldowners (id int); ALTER TABLE oldowners OWNER TO oldowner");
        Assert.That(Migrator("bootstrap", "oldowner", place).ExitCode, Is.Zero);
        place.Execute(
            "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; ALTER FUNCTION note() OWNER TO oldowner;"
                + "CREATE TRIGGER note AFTER UPDATE ON routes FOR EACH ROW EXECUTE FUNCTION note()");
        var script = Migrator($"grants {Roles}", "master", place).Output;
        var refused = PsqlProcess.Run(place, script, "master");
        Assert.That(refused.ExitCode, Is.EqualTo(3), refused.Errors);
        var hint = string.Join('\n', refused.Errors[refused.Errors.IndexOf("HINT:", StringComparison.Ordinal)..].Split('\n')
            .Where(line => line.EndsWith(';')));
        var pasted = PsqlProcess.Run(place, $"\\set ON_ERROR_STOP on\n{hint}\n", "master");
        Assert.That(pasted.ExitCode, Is.Zero, pasted.Errors);
        var again = PsqlProcess.Run(place, script, "master");
        Assert.That(again.ExitCode, Is.Zero, again.Errors);
        Assert.That(place.Query(
            "SELECT DISTINCT tableowner || ' ' || (tablename = 'oldowners') FROM pg_tables WHERE schemaname = 'public'"),
            Is.EquivalentTo(new[] { "kong_owner false", "oldowner true" }));
        Assert.That(place.Query(
            "SELECT count(*)::text FROM pg_auth_members WHERE roleid = 'oldowner'::regrole AND member = 'master'::regrole AND "
                + "grantor = 'master'::regrole"), Is.EqualTo(new[] { "0" }));
        var up = Migrator("up --force", "kong_owner", place);
        Assert.That(up.ExitCode, Is.Zero, up.Errors);
    }

    [Test]
    public void Check_as_the_role_of_the_gateway_says_to_log_in_as_the_owner_and_takes_nothing_from_it()
    {
        Grant();
        var before = Migrator("check", "gateway");
        Assert.That(before.Output, Does.Not.Contain("REVOKE").And.Contain("[ok]   rw only the owner may create"));
        Migrator("bootstrap", "kong_owner");
        foreach (var role in new[] { "gateway", "reader" })
        {
            var check = Migrator("check", role);
            Assert.That(check.Output, Does.Contain("pg_user = kong_owner").And.Contain("[ok]   rw only the owner may create")
                .And.Not.Contain("GRANT").And.Not.Contain("REVOKE"));
        }
    }

    [TestCase("pg_database", "a\nDROP TABLE x; --")]
    [TestCase("pg_schema", "a$$; DROP TABLE x; --")]
    public void A_name_that_would_end_a_comment_or_a_body_of_the_script_is_refused(string setting, string name)
    {
        using var conf = KongConf.For(database);
        var result = MigratorProcess.Run(
            $"grants --owner a --gateway b -c {conf.Path}",
            new Dictionary<string, string>(StringComparer.Ordinal) { ["KONG_" + setting.ToUpperInvariant()] = name });
        Assert.That((result.ExitCode, result.Output), Is.EqualTo((2, "")));
        Assert.That(result.Errors, Does.Contain("There is no script for database"));
    }

    [TestCase("--owner a --gateway a", "two of the roles are the same")]
    [TestCase("--owner a$$x --gateway b", "has a dollar quote")]
    [TestCase("--owner pg_a --gateway b", "begins with pg_")]
    [TestCase("--owner a --gateway public", "no role can be called 'public'")]
    public void Impossible_roles_are_refused(string roles, string reason)
    {
        var result = Migrator($"grants {roles}", "kong");
        Assert.That((result.ExitCode, result.Output), Is.EqualTo((2, "")));
        Assert.That(result.Errors, Does.Contain(reason));
    }

    private void AssertRoles() => Assert.Multiple(() =>
    {
        Assert.That(Refusal("gateway", "INSERT INTO tags (entity_id) VALUES (gen_random_uuid()); UPDATE tags SET entity_name = 'x'; "
            + "DELETE FROM tags; SELECT count(*) FROM schema_meta; SELECT * FROM routes"), Is.Null);
        Assert.That(Refusal("gateway", "INSERT INTO services (id, name, protocol, host, port) "
            + "VALUES (gen_random_uuid(), 's', 'http', 'h', 80)"), Is.Null, "its trigger writes to tags");
        foreach (var sql in new[] { "CREATE TABLE x (id int)", "ALTER TABLE routes ADD x int", "DROP TABLE tags", "TRUNCATE tags" })
        {
            Assert.That(Refusal("gateway", sql), Is.EqualTo(PostgresErrorCodes.InsufficientPrivilege), sql);
        }

        Assert.That(Refusal("reader", "SELECT * FROM routes"), Is.Null);
        foreach (var sql in new[] { "DELETE FROM routes", "CREATE TABLE x (id int)" })
        {
            Assert.That(Refusal("reader", sql), Is.EqualTo(PostgresErrorCodes.InsufficientPrivilege), sql);
        }

        Assert.That(Migrator("up", "kong_owner").ExitCode, Is.Zero);
        var verified = Migrator("verify", "gateway");
        Assert.That(verified.ExitCode, Is.Zero, verified.Output);
        Assert.That(Migrator("list", "reader").ExitCode, Is.Zero);
        Assert.That(Migrator("up --force", "gateway").ExitCode, Is.Not.Zero);
    });

    private void Grant(TestDatabase? place = null)
    {
        var script = Migrator($"grants {Roles}", "kong", place);
        Assert.That(script.ExitCode, Is.Zero, script.Errors);
        var psql = PsqlProcess.Run(place ?? database, script.Output);
        Assert.That(psql.ExitCode, Is.Zero, psql.Errors);
    }

    private void Execute(string sql) => database.Execute(sql.Replace("DB", database.Name, StringComparison.Ordinal));

    private void Reload(string sql, string value)
    {
        PsqlProcess.Run(database, $"SET default_transaction_read_only = off;\n{sql};\nSELECT pg_reload_conf();\n");
        Assert.That(
            () => database.Query("SHOW default_transaction_read_only").Single(), Is.EqualTo(value).After(20_000, 50));
    }

    // psql runs each in a transaction of its own.
    private static void ExecuteRemedies(string check, TestDatabase place)
    {
        var sql = Regex.Matches(check, @"(?<=As a superuser \(on RDS: the master user\): ).*", RegexOptions.None, Limit)
            .Select(m => m.Value);
        var psql = PsqlProcess.Run(
            place, $"\\set ON_ERROR_STOP on\nSET default_transaction_read_only = off;\n{string.Join('\n', sql)}\n");
        Assert.That(psql.ExitCode, Is.Zero, psql.Errors);
    }

    private string? Refusal(string user, string sql)
    {
        using var connection = database.Connect(user);
        using var command = new NpgsqlCommand(sql, connection);
        try
        {
            command.ExecuteNonQuery();
            return null;
        }
        catch (PostgresException e)
        {
            return e.SqlState;
        }
    }

    private ProcessResult Migrator(string arguments, string user, TestDatabase? place = null)
    {
        using var conf = KongConf.For(place ?? database, ("pg_user", user));
        return MigratorProcess.Run($"{arguments} -c {conf.Path}");
    }
}
