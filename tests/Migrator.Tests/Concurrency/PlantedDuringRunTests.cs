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

    private static void Execute(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }
}
