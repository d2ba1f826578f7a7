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

    private static PoolerServer StartPooler(string mode = "transaction")
    {
        if (PoolerServer.Program is null)
        {
            Assert.Ignore("PgBouncer is not installed (Debian: apt-get install pgbouncer)");
        }

        return PoolerServer.Start(PostgresServer.Shared, poolSize: 3, "*", $"pool_mode = {mode}");
    }
}
