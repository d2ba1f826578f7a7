using Migrator.Tests.Commands;
using TestSupport;

namespace Migrator.Tests.Concurrency;

/// <summary>A server that waits for a synchronous standby which is not there. To drop a database it would wait too.</summary>
internal sealed class SynchronousStandbyTests
{
    private const string Waiting = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep'";

    [Test]
    public void A_COMMIT_that_waits_for_a_standby_is_named_and_one_without_its_word_is_said([Values("bootstrap", "up")] string command)
    {
        using var server = PostgresServer.Start();
        var database = server.CreateDatabase();
        if (command == "up")
        {
            OldDatabase.Fill(database, "3.6");
        }

        using var conf = KongConf.For(database, ("pg_timeout", "60000"));
        server.Execute("postgres", "ALTER SYSTEM SET synchronous_commit = on");
        server.Execute("postgres", "ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
        server.Execute("postgres", "SELECT pg_reload_conf()");
        using var run = MigratorProcess.Start($"{command} -c {conf.Path}");
        var errors = new List<string>();
        string? line;
        while ((line = run.StandardError.ReadLine()) is not null && !line.Contains("SyncRep", StringComparison.Ordinal))
        {
            errors.Add(line);
        }

        Assert.That(line ?? "", Does.Contain("COMMIT waits for a synchronous standby (SyncRep)"), string.Join('\n', errors));
        var rest = run.StandardError.ReadToEndAsync();
        while (!run.HasExited)
        {
            database.Query($"SELECT pg_cancel_backend(pid) FROM ({Waiting}) AS w");
            run.WaitForExit(50);
        }

        Assert.That((run.ExitCode, rest.Result), Is.EqualTo((0, rest.Result)));
        Assert.That(rest.Result, Does.Contain("no synchronous standby has confirmed it"));
        Assert.That(run.StandardOutput.ReadToEnd(), Does.Contain("No synchronous standby has confirmed"));
    }
}
