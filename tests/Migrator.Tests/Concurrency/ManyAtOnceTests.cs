using System.Diagnostics;
using Migrator.Tests.Commands;
using TestSupport;

namespace Migrator.Tests.Concurrency;

[Category("Stress")]
internal sealed class ManyAtOnceTests : Stress
{
    private static readonly int Processes = IsLong ? 50 : 10;

    [TestCase("bootstrap")]
    [TestCase("up")]
    [TestCase("migrate")]
    public void Many_concurrent_runs_succeed_and_the_database_is_as_after_one_run(string command)
    {
        var rounds = IsLong ? 20 : 1;
        var (wrong, duplicates, failures, early) = (0, 0, 0, 0);
        var longest = TimeSpan.Zero;
        for (var round = 0; round < rounds; round++)
        {
            using var database = DatabaseFor(command);
            using var conf = KongConf.For(database);
            var began = Stopwatch.GetTimestamp();
            var processes = Enumerable.Range(0, Processes).Select(_ => MigratorProcess.Start($"{command} -q -c {conf.Path}")).ToList();
            foreach (var process in processes)
            {
                var errors = process.StandardError.ReadToEnd();
                process.WaitForExit();
                failures += process.ExitCode == 0 ? 0 : 1;
                TestContext.Out.Write(errors);
                if (early == 0 && process.ExitCode == 0 && Fingerprint.WithoutLocks(database) != Expected(command))
                {
                    early++;
                }
            }

            processes.ForEach(p => p.Dispose());
            longest = TimeSpan.FromTicks(Math.Max(longest.Ticks, Stopwatch.GetElapsedTime(began).Ticks));
            wrong += Fingerprint.Of(database) == Expected(command) ? 0 : 1;
            duplicates += Fingerprint.Duplicates(database);
        }

        Say($"{command}: {Processes} x {rounds} at once: {failures} failed, {wrong} wrong catalogues or ledgers, {duplicates} duplicate "
            + $"entries, {early} exits 0 on an incomplete database; the slowest {Processes} took {longest.TotalSeconds:0.0} s");
        Assert.That((failures, wrong, duplicates, early), Is.EqualTo((0, 0, 0, 0)));
    }

    [Test]
    public void Many_waiting_runs_have_one_connection_each_and_log_in_once()
    {
        var waiting = MigratorProcess.IsGiven ? Processes : 10;
        using var database = DatabaseFor("up");
        database.Execute("INSERT INTO locks VALUES ('migrations', 'a Kong', now() + interval '300 s')");
        using var proxy = new FaultyProxy(database.Server.Port);
        using var conf = KongConf.For(database, ("pg_port", $"{proxy.Port}"), ("pg_timeout", "60000"));
        var processes = Enumerable.Range(0, waiting).Select(_ => MigratorProcess.Start($"up -q --lock-timeout 300 -c {conf.Path}"))
            .ToList();
        CommandTest.WaitForRuns(database, waiting);
        database.Execute("DELETE FROM locks");
        processes.ForEach(p => p.WaitForExit());
        Assert.Multiple(() =>
        {
            Assert.That(processes.Select(p => p.ExitCode), Is.All.Zero);
            Assert.That(proxy.Connections, Is.EqualTo(waiting));
            Assert.That(Fingerprint.Of(database), Is.EqualTo(Expected("up")));
        });
        processes.ForEach(p => p.Dispose());
    }
}
