using Npgsql;
using TestSupport;

namespace Migrator.Tests.Concurrency;

/// <summary>Runs through PgBouncer in transaction mode, where session locks are shared and the server process changes.</summary>
internal sealed class PoolerTests : Stress
{
    [TestCase("bootstrap")]
    [TestCase("up")]
    public void Twenty_concurrent_runs_through_PgBouncer_succeed(string command)
    {
        using var pooler = StartPooler();
        using var database = DatabaseFor(command);
        using var conf = KongConf.For(database, ("pg_port", $"{pooler.Port}"), ("pg_timeout", "60000"));
        var processes = Enumerable.Range(0, 20).Select(_ => MigratorProcess.Start($"{command} -q -c {conf.Path}")).ToList();
        var errors = processes.ConvertAll(p => p.StandardError.ReadToEnd());
        processes.ForEach(p => p.WaitForExit());
        Assert.Multiple(() =>
        {
            Assert.That(processes.Select(p => p.ExitCode), Is.All.Zero, string.Concat(errors));
            Assert.That(Fingerprint.Of(database), Is.EqualTo(Expected(command)));
            Assert.That(Fingerprint.Duplicates(database), Is.Zero);
            Assert.That(database.Query("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database "
                + "WHERE datname = current_database())"), Is.Empty);
        });
        processes.ForEach(p => p.Dispose());
    }

    [Test]
    public void Runs_killed_behind_PgBouncer_leave_no_lock()
    {
        using var pooler = StartPooler();
        using var database = DatabaseFor("up");
        using var conf = KongConf.For(database, ("pg_port", $"{pooler.Port}"), ("pg_timeout", "60000"));
        for (var kill = 0; kill < 5; kill++)
        {
            using var process = MigratorProcess.Start($"up -c {conf.Path}");
            Thread.Sleep(60 + (kill * 40));
            process.Kill();
            process.WaitForExit();
        }

        var result = MigratorProcess.Run($"up -c {conf.Path}");
        Assert.That(result.ExitCode, Is.Zero, result.Errors);
        Assert.That(Fingerprint.Of(database), Is.EqualTo(Expected("up")));
    }

    [Test]
    public void A_pooler_of_statements_is_named()
    {
        using var pooler = StartPooler("statement");
        using var database = PostgresServer.Shared.CreateDatabase();
        using var conf = KongConf.For(database, ("pg_port", $"{pooler.Port}"));
        var check = MigratorProcess.Run($"check -c {conf.Path}");
        var bootstrap = MigratorProcess.Run($"bootstrap -c {conf.Path}");
        Assert.Multiple(() =>
        {
            Assert.That(check.ExitCode, Is.EqualTo(1));
            Assert.That(check.Output, Does.Contain("[FAIL] rw transactions").And.Contain("Set pool_mode = transaction"));
            Assert.That(bootstrap.ExitCode, Is.EqualTo(9), bootstrap.Errors);
            Assert.That(bootstrap.Errors, Does.Contain("pool_mode = statement"));
        });
    }

    [TestCase("session")]
    [TestCase("transaction")]
    public void With_one_connection_to_the_server_each_command_ends_as_without_a_pooler(string mode)
    {
        using var pooler = StartPooler(mode, poolSize: 1);
        using var database = DatabaseFor("up");
        using var other = DatabaseFor("up");
        using var direct = KongConf.For(database, ("pg_timeout", "60000"));
        using var pooled = KongConf.For(other, ("pg_port", $"{pooler.Port}"), ("pg_timeout", "60000"));
        Assert.Multiple(() =>
        {
            foreach (var command in (string[])
            [
                "list", "check", "plan", "plan --sql", "advise", "wait --timeout 0", "up", "verify", "nodes --watch 0", "finish", "repair",
                "status", "bootstrap", "reset --yes", "bootstrap",
            ])
            {
                var expected = MigratorProcess.Run($"{command} -c {direct.Path}");
                var result = MigratorProcess.Run($"{command} -c {pooled.Path}");
                Assert.That(result.ExitCode, Is.EqualTo(expected.ExitCode), $"{command}: {result.Output}{result.Errors}");
            }
        });
    }

    [Test]
    public void With_one_connection_to_the_server_a_long_transaction_has_no_heartbeat_and_ends_well()
    {
        using var pooler = StartPooler("session", poolSize: 1);
        using var database = PostgresServer.Shared.CreateDatabase();
        database.Execute(
            $"""
            CREATE FUNCTION public.sleeps() RETURNS event_trigger LANGUAGE plpgsql AS $$
            BEGIN
              IF to_regclass('public.services') IS NOT NULL AND current_setting('test.slept', true) IS NULL THEN
                PERFORM pg_sleep({(LongForm.IsAsked ? 22 : 7)}), set_config('test.slept', 'on', false);
              END IF;
            END
            $$;
            CREATE EVENT TRIGGER sleeps ON ddl_command_end EXECUTE FUNCTION public.sleeps();
            """);
        using var conf = KongConf.For(database, ("pg_port", $"{pooler.Port}"), ("pg_timeout", "60000"));
        var result = MigratorProcess.Run($"bootstrap -c {conf.Path}");
        Assert.That(result.ExitCode, Is.Zero, result.Errors);
    }

    [Test]
    public void A_run_that_waits_for_a_connection_ends_after_a_signal()
    {
        using var pooler = StartPooler("session", poolSize: 1);
        using var database = PostgresServer.Shared.CreateDatabase();
        using var conf = KongConf.For(database, ("pg_port", $"{pooler.Port}"), ("pg_timeout", "60000"));
        using var first = new NpgsqlConnection($"Host=127.0.0.1;Port={pooler.Port};Username=kong;Database={database.Name};Pooling=false");
        first.Open();
        using var list = MigratorProcess.Start($"list -c {conf.Path}");
        Assert.That(list.WaitForExit(3000), Is.False, "it waits");
        using (var kill = System.Diagnostics.Process.Start("kill", ["-TERM", $"{list.Id}"]))
        {
            kill.WaitForExit();
        }

        Assert.That(list.WaitForExit(20_000));
        first.Close();
        Assert.That(MigratorProcess.Run($"list -c {conf.Path}").ExitCode, Is.EqualTo(3), "it is empty");
    }

    private static PoolerServer StartPooler(string mode = "transaction", int poolSize = 3)
    {
        if (PoolerServer.Program is null)
        {
            Assert.Ignore("PgBouncer is not installed (Debian: apt-get install pgbouncer)");
        }

        return PoolerServer.Start(PostgresServer.Shared, poolSize, "*", $"pool_mode = {mode}");
    }
}
