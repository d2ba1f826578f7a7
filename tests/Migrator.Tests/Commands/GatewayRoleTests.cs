using System.Text.RegularExpressions;
using Npgsql;
using TestSupport;

namespace Migrator.Tests.Commands;

/// <summary>Tests of <c>check --gateway</c>: what the role of the gateway may do, and what it may not.</summary>
internal sealed class GatewayRoleTests : RolesTest
{
    [Test]
    public void Check_compares_the_role_of_the_gateway()
    {
        Grant();
        Migrator("bootstrap", "kong_owner");
        var good = Migrator("check --gateway gateway", "kong_owner");
        Database.Execute("GRANT CREATE ON SCHEMA public TO gateway; REVOKE DELETE ON routes FROM gateway");
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
        Database.Execute(more);
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
        Database.Execute(more.Replace("DB", Database.Name, StringComparison.Ordinal));
        var check = Migrator("check --gateway gateway", "kong_owner").Output;
        repair = repair.Replace("DB", Database.Name, StringComparison.Ordinal);
        Assert.That(check, Does.Contain(flaw).And.Contain($"As a superuser (on RDS: the master user): {repair}"));
        Database.Execute(repair);
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
        ExecuteRemedies(check, Database);
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
        ExecuteRemedies(check, Database);
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
        Database.Execute("REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM gateway");
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

    [Test]
    public void A_name_that_the_gateway_chose_reaches_no_terminal_raw_and_check_gives_it_away_all_the_same()
    {
        Grant();
        Database.Execute("CREATE VIEW public.\"a\u001b[2J\nb\" AS SELECT 1 AS one; ALTER VIEW public.\"a\u001b[2J\nb\" OWNER TO gateway");
        var warned = PsqlProcess.Run(Database, Migrator($"grants {Roles}", "kong").Output);
        Assert.That(warned.Errors, Does.Contain("gateway still owns view public.\"a?[2J?b\"").And.Contain("-- A name here does not print.")
            .And.Not.Contain("\u001b"));
        Migrator("bootstrap", "kong_owner");
        ExecuteRemedies(Migrator("check --gateway gateway", "kong_owner").Output, Database);
        Assert.That(Database.Query("SELECT viewowner FROM pg_views WHERE schemaname = 'public'"), Is.EqualTo(new[] { "kong_owner" }));
    }

    [TestCase("ALTER TABLE snis OWNER TO gateway", "ALTER TABLE public.snis OWNER TO")]
    [TestCase("ALTER FUNCTION sync_tags() OWNER TO gateway", "ALTER FUNCTION public.sync_tags() OWNER TO")]
    public void Nobody_is_told_to_become_a_member_of_the_role_of_the_gateway(string left, string give)
    {
        Grant();
        Migrator("bootstrap --gateway-version 2.8", "kong_owner");
        Database.Execute(left);
        foreach (var command in new[] { "check", "check --gateway gateway", "up" })
        {
            var result = Migrator(command, "kong_owner");
            Assert.That(result.ExitCode, Is.Not.Zero);
            Assert.That(result.Output + result.Errors,
                Does.Contain(give).And.Not.Contain("GRANT \"gateway\"").And.Not.Contain("pg_user ="));
        }

        Database.Execute("GRANT gateway TO kong_owner");
        Assert.That(Migrator("check --gateway gateway", "kong_owner").Output,
            Does.Contain("has kong_owner, who runs the migrations, as a member").And.Contain("REVOKE gateway FROM kong_owner;"));
    }

    [Test]
    public void Check_with_the_role_of_a_gateway_that_owns_everything_does_not_offer_its_rights()
    {
        Server.Execute("postgres", "CREATE ROLE gateway LOGIN; CREATE ROLE kong_owner LOGIN");
        Database.Execute($"ALTER DATABASE \"{Database.Name}\" OWNER TO gateway; ALTER SCHEMA public OWNER TO gateway");
        Migrator("bootstrap --gateway-version 2.8", "gateway");
        var result = Migrator("check --gateway gateway", "kong_owner");
        Assert.That(result.ExitCode, Is.EqualTo(1));
        Assert.That(result.Output, Does.Contain("migrator grants -c").And.Not.Contain("GRANT \"gateway\"").And.Not.Contain("pg_user ="));
    }

    [Test]
    public void Check_takes_no_other_role_for_the_gateways()
    {
        Server.Execute("postgres", "CREATE ROLE gateway LOGIN; CREATE ROLE gate LOGIN; CREATE ROLE kong_owner LOGIN");
        Database.Execute($"ALTER DATABASE \"{Database.Name}\" OWNER TO gateway; ALTER SCHEMA public OWNER TO gateway");
        Migrator("bootstrap --gateway-version 2.8", "gateway");
        Assert.That(Migrator("check --gateway gate", "kong_owner").Output, Does.Contain("pg_user = gateway"));
    }
}
