using System.Text.RegularExpressions;
using Npgsql;
using TestSupport;

namespace Migrator.Tests.Commands;

/// <summary>Tests of <c>migrator grants</c>: each role logs in, does what it must, and cannot do what it must not.</summary>
internal sealed class GrantsCommandTests : RolesTest
{
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
        Assert.That(Database.Query("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'"),
            Is.EqualTo(new[] { "kong_owner" }));
        AssertRoles();
    }

    [Test]
    public void The_master_user_of_RDS_who_is_no_superuser_can_run_it()
    {
        Server.Execute("postgres", "CREATE ROLE master LOGIN CREATEROLE CREATEDB; CREATE ROLE gateway LOGIN");
        Database.Execute($"ALTER DATABASE \"{Database.Name}\" OWNER TO gateway; GRANT gateway TO master WITH ADMIN OPTION");
        Database.Execute("ALTER SCHEMA public OWNER TO gateway");
        Assert.That(Migrator("bootstrap", "gateway").ExitCode, Is.Zero);
        var psql = PsqlProcess.Run(Database, Migrator($"grants {Roles}", "kong").Output, "master");
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
        Server.Execute("postgres", "CREATE ROLE master LOGIN CREATEROLE CREATEDB; CREATE ROLE rds_iam; CREATE ROLE gateway LOGIN; "
            + "CREATE ROLE team; GRANT gateway TO team; GRANT team TO master");
        Database.Execute($"ALTER DATABASE \"{Database.Name}\" OWNER TO gateway; ALTER SCHEMA public OWNER TO gateway");
        var psql = PsqlProcess.Run(Database, Migrator($"grants {Roles} --iam", "kong").Output, "master");
        Assert.That(psql.ExitCode, Is.Zero, psql.Errors);
        Assert.That(psql.Errors, Does.Contain("gateway was not given rds_iam: master is a member of it"));
        Assert.That(Database.Query(InIam), Is.EqualTo(new[] { "false" }));
        var hint = Regex.Match(psql.Errors, "REVOKE gateway FROM team; GRANT rds_iam TO gateway;", RegexOptions.None, Limit).Value;
        Assert.That(PsqlProcess.Run(Database, $"\\set ON_ERROR_STOP on\n{hint}\n", "master").ExitCode, Is.Zero, psql.Errors);
        Assert.That(Database.Query(InIam), Is.EqualTo(new[] { "false" }));
        Assert.That(Database.Query("SELECT count(*)::text FROM pg_auth_members WHERE roleid = 'rds_iam'::regrole"),
            Is.EqualTo(new[] { "3" }));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Who_has_not_the_rights_of_the_owner_changes_nothing_and_is_told_how_to_get_them(bool hasTables)
    {
        Server.Execute("postgres", "CREATE ROLE master LOGIN CREATEROLE CREATEDB; CREATE ROLE oldowner LOGIN");
        Database.Execute(
            $"ALTER DATABASE \"{Database.Name}\" OWNER TO oldowner; ALTER SCHEMA public OWNER TO pg_database_owner");
        if (hasTables)
        {
            Assert.That(Migrator("bootstrap", "oldowner").ExitCode, Is.Zero);
        }

        var script = Migrator($"grants {Roles}", "kong").Output;
        var refused = PsqlProcess.Run(Database, script, "master");
        Assert.That(refused.ExitCode, Is.EqualTo(3));
        Assert.That(refused.Errors, Does.Contain("belongs to oldowner, and master does not have its rights").And.Not.Contain("WARNING"));
        Assert.That(Database.Query("SELECT rolname FROM pg_roles WHERE rolname = 'gateway'"), Is.Empty);
        Assert.That(refused.Errors, Does.Contain("GRANT oldowner TO master;\nREVOKE oldowner FROM master;"));
        var psql = PsqlProcess.Run(Database, $"GRANT oldowner TO master;\n{script}\nREVOKE oldowner FROM master;\n", "master");
        Assert.That(psql.ExitCode, Is.Zero, psql.Errors);
        Assert.That(psql.Errors, Does.Not.Contain("WARNING"));
        Assert.That(Database.Query("SELECT count(*)::text FROM pg_auth_members WHERE member = 'master'::regrole"),
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
        Database.Execute("CREATE TABLE other (id int)");
        Grant();
        Assert.That(Database.Query("SELECT tableowner FROM pg_tables WHERE tablename = 'other'").Single(), Is.Not.EqualTo("kong_owner"));
        Assert.That(Refusal("reader", "SELECT * FROM other"), Is.EqualTo(PostgresErrorCodes.InsufficientPrivilege));
    }

    // The gateway's role owns the database, and its member trusts it; a superuser runs no code of its own rights but a superuser's.
    [TestCase("other", "kong", 0)]
    [TestCase("gateway", "kong", 0)]
    [TestCase("other", "master", 0)]
    [TestCase("kong", "kong", 1)]
    public void No_event_trigger_of_a_role_that_is_not_trusted_runs_with_the_rights_of_the_administrator(
        string owner, string administrator, int runs)
    {
        Server.Execute("postgres", "CREATE ROLE gateway LOGIN; CREATE ROLE other LOGIN; CREATE ROLE master LOGIN CREATEROLE CREATEDB");
        Database.Execute($"ALTER DATABASE \"{Database.Name}\" OWNER TO gateway; GRANT gateway TO master WITH ADMIN OPTION");
        Database.Execute("ALTER SCHEMA public OWNER TO gateway; CREATE SEQUENCE fired; GRANT ALL ON SEQUENCE fired TO PUBLIC");
        Migrator("bootstrap", "gateway");
        Database.Execute(
            "CREATE FUNCTION fire() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN PERFORM nextval(''public.fired''); END';"
            + $"CREATE EVENT TRIGGER fire ON ddl_command_end EXECUTE FUNCTION fire(); ALTER FUNCTION fire() OWNER TO {owner};"
            + "SELECT setval('fired', 1, false);");
        var script = Migrator($"grants {Roles}", "kong").Output;
        var psql = PsqlProcess.Run(Database, script, administrator);

        // What a sequence counts is not rolled back.
        Assert.That(Database.Query("SELECT is_called::int::text FROM fired"), Is.EqualTo(new[] { $"{runs}" }), psql.Errors);
        if (runs == 0)
        {
            Assert.That(psql.Errors, Does.Contain($"event trigger fire calls function public.fire, which belongs to {owner}")
                .And.Contain("ALTER EVENT TRIGGER fire DISABLE;"));
            Database.Execute("ALTER EVENT TRIGGER fire DISABLE");
            psql = PsqlProcess.Run(Database, script, administrator);
        }

        Assert.That(psql.ExitCode, Is.Zero, psql.Errors);
        AssertRoles();
    }

    [Test]
    public void A_gateway_that_is_the_owner_is_told_a_script_that_parts_the_two()
    {
        Server.Execute("postgres", "CREATE ROLE app LOGIN");
        Database.Execute($"ALTER DATABASE \"{Database.Name}\" OWNER TO app; ALTER SCHEMA public OWNER TO app");
        Migrator("bootstrap", "app");
        var check = Migrator("check --gateway app", "app").Output;
        var arguments = Regex.Match(
            check, "(?<=migrator )grants -c \\S+ --owner \\S+ --gateway \\S+", RegexOptions.None, Limit).Value;
        Assert.That(arguments, Does.EndWith("--owner app_owner --gateway app"));
        Assert.That(check, Does.Not.Contain("OWNER TO app_owner"));
        using var conf = KongConf.For(Database);
        var script = MigratorProcess.Run(Regex.Replace(arguments, "-c \\S+", $"-c {conf.Path}", RegexOptions.None, Limit));
        Assert.That(script.ExitCode, Is.Zero, script.Errors);
    }

    [Test]
    public void The_owner_sees_the_sessions_of_the_gateways_if_it_is_asked_for()
    {
        const string Query = "SELECT pg_has_role('kong_owner', 'pg_read_all_stats', 'USAGE')";
        Grant();
        Assert.That(Database.Query(Query), Is.EqualTo(new[] { "f" }));
        var script = Migrator($"grants {Roles} --monitor", "kong").Output;
        Assert.That(PsqlProcess.Run(Database, script).ExitCode, Is.Zero, script);
        Assert.That(Database.Query(Query), Is.EqualTo(new[] { "t" }));
    }

    [Test]
    public void What_the_gateway_left_on_tables_that_it_owned_never_runs_with_the_rights_of_the_owner()
    {
        Server.Execute("postgres", "CREATE ROLE gateway LOGIN");
        Database.Execute("GRANT CREATE, USAGE ON SCHEMA public TO gateway; CREATE TABLE taken (by name); GRANT ALL ON taken TO PUBLIC");
        Migrator("bootstrap --gateway-version 2.8", "gateway");
        const string Take = "INSERT INTO public.taken VALUES (current_user)";
        Database.Execute(
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
            Assert.That(Database.Query("SELECT by FROM taken"), Is.Empty);
            Assert.That(Database.Query("SELECT prosrc LIKE '%taken%' FROM pg_proc WHERE proname = 'sync_tags'"), Is.EqualTo(new[] { "f" }));
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
        Server.Execute("postgres", "CREATE ROLE mallory LOGIN");
        Database.Execute("GRANT CREATE ON SCHEMA public TO mallory");
        foreach (var (create, drop) in new[]
        {
            ("CREATE FUNCTION sync_tags() RETURNS void LANGUAGE sql SECURITY DEFINER AS ''", "DROP FUNCTION sync_tags()"),
            ("CREATE TABLE workspaces (id int CHECK (id > 0))", "DROP TABLE workspaces"),
        })
        {
            using var mallory = Database.Connect("mallory");
            using var command = new NpgsqlCommand(create, mallory);
            command.ExecuteNonQuery();
            var script = Migrator($"grants {Roles}", "kong").Output;
            var psql = PsqlProcess.Run(Database, script);
            Assert.That(psql.ExitCode, Is.EqualTo(3));
            Assert.That(psql.Errors, Does.Contain("belongs to mallory, which is none of these roles\n")
                .And.Contain("OWNER TO kong;"));
            Database.Execute(drop);
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
        using var conf = KongConf.For(Database);
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
}
