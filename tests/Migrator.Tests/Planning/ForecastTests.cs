using Migrator.Tests.Commands;
using TestSupport;

namespace Migrator.Tests.Planning;

/// <summary><c>check</c> and <c>plan</c> say before a run what it will refuse or meet, and name the same object.</summary>
internal sealed class ForecastTests : CommandTest
{
    private const string LogOfDdl =
        """
        CREATE SCHEMA audit; CREATE TABLE audit.ddl (tag text);
        CREATE FUNCTION audit.log() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO audit.ddl VALUES (tg_tag); END $$;
        CREATE EVENT TRIGGER log ON ddl_command_end EXECUTE FUNCTION audit.log();
        """;

    [TestCase("default_tablespace",
        "SET allow_in_place_tablespaces = on; CREATE TABLESPACE {db}_space LOCATION ''; ALTER ROLE {user} SET default_tablespace = "
            + "'{db}_space';",
        "[FAIL] rw default_tablespace", "{db}_space", 9)]
    [TestCase("event triggers", LogOfDdl, "[warn] rw event triggers", "audit.log", 9)]
    [TestCase("session_replication_role", "ALTER ROLE {user} SET session_replication_role = replica;", "[FAIL] rw may create",
        "session_replication_role is replica", 9)]
    [TestCase("owner of a table", "ALTER TABLE routes OWNER TO {other};", "[FAIL] rw owns the tables", "{other}", 9)]
    [TestCase("owner of a function", "ALTER FUNCTION sync_tags() OWNER TO {other};", "[FAIL] rw only trusted code",
        "function sync_tags() belongs to {other}", 9)]
    [TestCase("owner of a function of a trigger",
        "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;"
            + "CREATE TRIGGER note AFTER UPDATE ON routes FOR EACH ROW EXECUTE FUNCTION note(); ALTER FUNCTION note() OWNER TO {other};",
        "[FAIL] rw only trusted code", "trigger note on table routes calls function note, which belongs to {other}", 9)]
    [TestCase("a rule", "CREATE RULE r AS ON UPDATE TO routes DO INSTEAD NOTHING;", "[FAIL] rw only trusted code",
        "rule r on table routes", 1)]
    [TestCase("row security",
        "ALTER TABLE routes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY p ON routes USING (false);",
        "[FAIL] rw row security", "NO FORCE ROW LEVEL SECURITY", 9)]
    [TestCase("event triggers of another role", LogOfDdl + "ALTER FUNCTION audit.log() OWNER TO {other};", "[FAIL] rw event triggers",
        "event trigger log calls function audit.log, which belongs to {other}", 9)]
    [TestCase("a view on a table that is dropped", "CREATE VIEW a AS SELECT * FROM ttls; CREATE VIEW b AS SELECT * FROM a;",
        "[FAIL] rw dependent objects", "view public.b, which belongs to kong; view public.a, which belongs to kong", 1)]
    [TestCase("a column that has a dropped table's rows", "CREATE TABLE archive (kept ttls[]);", "[FAIL] rw dependent objects",
        "column kept of table public.archive, which belongs to kong", 1)]
    [TestCase("a function that is no trigger function",
        "CREATE FUNCTION batch_delete_expired_rows() RETURNS int LANGUAGE sql AS 'SELECT 1';", "[FAIL] rw only trusted code",
        "batch_delete_expired_rows() is not a trigger function", 1)]
    public void What_up_refuses_is_said_before(string what, string setup, string item, string named, int exitCode)
    {
        StartOld();
        string Fill(string text) => text.Replace("{user}", $"{Database.Name}_user", StringComparison.Ordinal)
            .Replace("{other}", $"{Database.Name}_other", StringComparison.Ordinal)
            .Replace("{db}", Database.Name, StringComparison.Ordinal);
        var psql = PsqlProcess.Run(Database, "\\set ON_ERROR_STOP on\n" + Fill(Deployment.RemedyCases.Prepare + setup));
        Assert.That(psql.ExitCode, Is.Zero, psql.Errors);

        var user = ("pg_user", Fill("{user}"));
        var (check, plan, up) = (Migrator("check", user), Migrator("plan up", user), Migrator("up", user));
        Assert.Multiple(() =>
        {
            Assert.That(up.ExitCode, Is.EqualTo(exitCode), what + up.Errors);
            Assert.That(up.Errors, Does.Contain(Fill(named)));
            Assert.That(check.Output, Does.Contain(item).And.Contain(Fill(named)));
            Assert.That(plan.Output, Does.Contain(Fill(named)));
        });
    }

    [TestCase(10)]
    [TestCase(13)]
    public void On_old_servers_all_is_said_too(int version)
    {
        using var server = PostgresVersions.Start(version);
        using var database = server.CreateDatabase();
        OldDatabase.Fill(database);
        using var conf = KongConf.For(database);
        database.Execute(
            "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;"
                + "CREATE TRIGGER note AFTER UPDATE ON routes FOR EACH ROW EXECUTE PROCEDURE note();"
                + "ALTER TABLE locks DROP CONSTRAINT locks_pkey");
        ProcessResult Run(string command) => MigratorProcess.Run($"{command} -c {conf.Path}");
        var (check, plan, json, up) = (Run("check"), Run("plan up --count"), Run("plan up --json"), Run("up"));
        Assert.Multiple(() =>
        {
            Assert.That(check.Output, Does.Contain("note on routes (function public.note"), check.Errors);
            Assert.That(plan.Output, Does.Contain("note on routes (function public.note"), plan.Errors);
            Assert.That(json.Output, Does.Contain("note on routes (function public.note"), json.Errors);
            Assert.That(up.Errors, Does.Contain("ALTER TABLE public.locks ADD PRIMARY KEY (key);"));
        });
        database.Execute("ALTER TABLE public.locks ADD PRIMARY KEY (key)");
        Assert.That((Run("advise").ExitCode, Run("up").ExitCode), Is.EqualTo((0, 0)));
    }

    [Test]
    public void An_encoding_that_lacks_characters_is_named_before_a_path_stays_encoded()
    {
        using var database = Special("ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'");
        database.Execute("UPDATE routes SET paths = '{/%E2%82%AC}' WHERE name = 'r1'");
        using var conf = KongConf.For(database);
        var check = MigratorProcess.Run($"check -c {conf.Path}");
        var plan = MigratorProcess.Run($"plan up -c {conf.Path}");
        var up = MigratorProcess.Run($"up -c {conf.Path}");
        Assert.Multiple(() =>
        {
            Assert.That(up.ExitCode, Is.Zero, up.Errors);
            Assert.That(up.Errors, Does.Contain("stays encoded"));
            Assert.That(check.Output, Does.Contain("[warn] rw encoding").And.Contain("LATIN1").And.Contain("stay encoded"));
            Assert.That(plan.Output, Does.Contain("LATIN1").And.Contain("stay encoded"));
        });
    }

    [Test]
    public void Indexes_of_another_version_of_the_collation_are_named()
    {
        using var database = Special("LOCALE_PROVIDER icu ICU_LOCALE 'en'");
        using var conf = KongConf.For(database);
        Assert.That(MigratorProcess.Run($"check -c {conf.Path}").Output, Does.Not.Contain("collation version"));
        database.Execute($"UPDATE pg_database SET datcollversion = '0.1' WHERE datname = '{database.Name}'");
        Assert.Multiple(() =>
        {
            Assert.That(MigratorProcess.Run($"check -c {conf.Path}").Output,
                Does.Contain("[warn] rw collation version").And.Contain("version 0.1 of the collation"));
            Assert.That(MigratorProcess.Run($"plan up -c {conf.Path}").Output, Does.Contain("version 0.1 of the collation"));
        });
    }

    [TestCase("0.5s", true)]
    [TestCase("1s", true)]
    [TestCase("0", false)]
    [TestCase("2s", false)]
    public void A_lock_timeout_that_no_autovacuum_gives_way_to_is_named(string timeout, bool isNamed)
    {
        StartOld();
        var check = Migrator($"check --ddl-lock-timeout {timeout}").Output;
        var plan = Migrator($"plan up --ddl-lock-timeout {timeout}").Output;
        const string Words = "is not longer than the server's deadlock_timeout, 1 s";
        Assert.That(check, isNamed ? Does.Contain(Words) : Does.Not.Contain(Words));
        Assert.That(plan, isNamed ? Does.Contain(Words) : Does.Not.Contain(Words));
    }

    [Test]
    public void A_pooler_of_statements_is_named()
    {
        if (PoolerServer.Program is null)
        {
            Assert.Ignore("PgBouncer is not installed.");
        }

        StartOld();
        using var pooler = PoolerServer.Start(PostgresServer.Shared, poolSize: 3, "*", "pool_mode = statement");
        var port = ("pg_port", $"{pooler.Port}");
        var (check, plan, up) = (Migrator("check", port), Migrator("plan up", port), Migrator("up", port));
        Assert.Multiple(() =>
        {
            Assert.That(up.ExitCode, Is.Not.Zero);
            Assert.That(up.Errors, Does.Contain("takes no transactions"));
            Assert.That(check.Output, Does.Contain("[FAIL] rw transactions").And.Contain("takes no transactions"));
            Assert.That(plan.Output, Does.Contain("takes no transactions"));
        });
    }

    private static TestDatabase Special(string options)
    {
        var database = new TestDatabase(PostgresServer.Shared, $"special_{Guid.NewGuid():N}");
        database.Server.Execute("postgres", $"CREATE DATABASE {database.Name} TEMPLATE template0 {options}");
        OldDatabase.Fill(database);
        return database;
    }
}
