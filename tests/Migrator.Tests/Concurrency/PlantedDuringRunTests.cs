using Migrator.Tests.Commands;
using Npgsql;
using TestSupport;

namespace Migrator.Tests.Concurrency;

/// <summary>A role that may give tables triggers, as a gateway's role with all rights may, commits one while a run is at work.</summary>
internal sealed class PlantedDuringRunTests : CommandTest
{
    [Test]
    public void A_trigger_that_is_committed_after_the_first_look_does_not_run(
        [Values("routes", "schema_meta", "locks", "tags")] string table)
    {
        StartOld();
        var planter = $"planter_{Database.Name}";
        Database.Execute(
            $"""
            CREATE ROLE {planter} LOGIN; GRANT ALL ON ALL TABLES IN SCHEMA public TO {planter};
            CREATE SCHEMA planted AUTHORIZATION {planter}; GRANT USAGE ON SCHEMA planted TO PUBLIC;
            """);
        using (var connection = Database.Connect(planter))
        {
            Execute(connection,
                """
                CREATE SEQUENCE planted.fired; GRANT ALL ON SEQUENCE planted.fired TO PUBLIC;
                CREATE FUNCTION planted.fire() RETURNS trigger LANGUAGE plpgsql AS
                  $$ BEGIN PERFORM pg_catalog.nextval('planted.fired'); RETURN coalesce(NEW, OLD); END $$;
                """);
            Execute(connection,
                $"BEGIN; CREATE TRIGGER fire AFTER INSERT OR UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION planted.fire()");
            using var conf = KongConf.For(Database);
            using var process = MigratorProcess.Start($"up -c {conf.Path}");
            Assert.That(
                () => Database.Query($"SELECT 1 FROM pg_locks WHERE relation = '{table}'::regclass AND NOT granted"),
                Is.Not.Empty.After(120_000, 20));
            Execute(connection, "COMMIT");
            var errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            Assert.Multiple(() =>
            {
                Assert.That(process.ExitCode, Is.EqualTo(9), errors);
                Assert.That(errors, Does.Contain($"trigger fire on table {table} calls function fire, which belongs to {planter}").And
                    .Contain($"ALTER TABLE public.{table} DISABLE TRIGGER fire;"));
                Assert.That(Database.Query("SELECT is_called::text FROM planted.fired"), Is.EqualTo(new[] { "false" }));
            });
        }

        Database.Execute($"DROP OWNED BY {planter} CASCADE; DROP ROLE {planter}");
    }

    // The text is of a message that follows the check.
    [TestCase("reader", "advise", null, "future_row_of")]
    [TestCase("reader", "advise", "2.8", "CREATE TEMPORARY TABLE")]
    [TestCase("reader", "plan up --count", "2.8", "SELECT 'routes', count(*)")]
    [TestCase("kong", "advise", null, "future_row_of")]
    public void A_view_that_takes_the_place_of_a_table_after_the_check_is_not_read(
        string user, string command, string? version, string text)
    {
        if (version is null)
        {
            StartBootstrapped();
        }
        else
        {
            StartOld(version);
        }

        var (planter, reader) = ($"planter_{Database.Name}", $"reader_{Database.Name}");
        Database.Execute(
            $$"""
            CREATE ROLE {{planter}} LOGIN; CREATE ROLE {{reader}} LOGIN; ALTER SCHEMA public OWNER TO {{planter}};
            ALTER TABLE routes OWNER TO {{planter}}; GRANT SELECT ON ALL TABLES IN SCHEMA public TO {{reader}};
            INSERT INTO routes (id, name, paths, ws_id) SELECT gen_random_uuid(), 'r', ARRAY['/a\d'], id FROM workspaces;
            CREATE FUNCTION trap() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'trapped'; END $$;
            """);
        using (var connection = Database.Connect(planter))
        using (var proxy = new StatementProxy(Database.Server.Port, text, Fault.Delay, delay: TimeSpan.FromMinutes(1)))
        {
            using var conf = KongConf.For(Database, ("pg_port", $"{proxy.Port}"), ("pg_user", user == "kong" ? user : reader));
            using var process = MigratorProcess.Start($"{command} -c {conf.Path}");
            Assert.That(proxy.Met.Wait(TimeSpan.FromMinutes(2)), Is.True);
            Assert.That(
                () => Database.Query("SELECT 1 FROM pg_stat_activity WHERE application_name = 'migrator' AND wait_event = 'ClientRead' "
                    + $"AND datname = '{Database.Name}'"),
                Is.Not.Empty.After(120_000, 20), "the check is done");
            Execute(connection, "SET lock_timeout = '300ms'");
            var refused = Try(() => Execute(connection,
                $"""
                BEGIN; ALTER TABLE public.routes RENAME TO old;
                CREATE VIEW public.routes AS SELECT *, public.trap() AS n FROM public.old; GRANT SELECT ON public.routes TO {reader};
                COMMIT
                """));
            proxy.Resume.Set();
            var errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            Assert.Multiple(() =>
            {
                Assert.That(errors, Does.Not.Contain("trapped").And.Not.Contain("error: "));
                Assert.That(process.ExitCode, Is.EqualTo(command == "advise" ? 1 : 0), "advise finds that the route is not complete");
                Assert.That(refused?.SqlState, Is.EqualTo(PostgresErrorCodes.LockNotAvailable));
            });
        }

        Database.Execute($"ALTER SCHEMA public OWNER TO kong; DROP OWNED BY {planter}, {reader} CASCADE; DROP ROLE {planter}, {reader}");
    }

    private static PostgresException? Try(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (PostgresException e)
        {
            return e;
        }
    }

    private static void Execute(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }
}
