using System.Diagnostics;
using TestSupport;

namespace Migrator.Tests.Concurrency;

[Category("Stress")]
internal sealed class KillTests : Stress
{
    [TestCase("bootstrap")]
    [TestCase("up")]
    public void After_a_kill_at_any_instant_rerunning_the_command_completes_it(string command)
    {
        var kills = IsLong ? 100 : 4;
        var expected = Expected(command);
        var typical = Time(command);
        var (wrong, duplicates, manual) = (0, 0, 0);
        var longest = TimeSpan.Zero;
        var random = new Random(kills);
        for (var kill = 0; kill < kills; kill++)
        {
            using var database = DatabaseFor(command);
            using var conf = KongConf.For(database);
            using (var process = MigratorProcess.Start($"{command} -c {conf.Path}"))
            {
                Thread.Sleep(typical * random.NextDouble());
                process.Kill();
                process.WaitForExit();
            }

            var began = Stopwatch.GetTimestamp();
            var again = MigratorProcess.Run($"{command} -c {conf.Path}");
            var took = Stopwatch.GetElapsedTime(began);
            longest = took > longest ? took : longest;
            manual += again.ExitCode == 0 ? 0 : 1;
            wrong += Fingerprint.Of(database) == expected ? 0 : 1;
            duplicates += Fingerprint.Duplicates(database);
        }

        Say($"{command}: {kills} kills: {manual} manual steps, {wrong} wrong catalogues or ledgers, {duplicates} duplicate entries; "
            + $"undisturbed {typical.TotalSeconds:0.00} s, longest rerun {longest.TotalSeconds:0.00} s");
        Assert.That((manual, wrong, duplicates), Is.EqualTo((0, 0, 0)));
        Assert.That(longest - typical, Is.LessThan(TimeSpan.FromSeconds(20)),
            "a dead owner blocks nobody until its row runs out, after a minute");
    }

    private static TimeSpan Time(string command)
    {
        using var database = DatabaseFor(command);
        using var conf = KongConf.For(database);
        var began = Stopwatch.GetTimestamp();
        Assert.That(MigratorProcess.Run($"{command} -c {conf.Path}").ExitCode, Is.Zero);
        return Stopwatch.GetElapsedTime(began);
    }
}
