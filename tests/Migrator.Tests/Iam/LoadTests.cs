using TestSupport;

namespace Migrator.Tests.Iam;

/// <summary>The load of a run on RDS and AWS. RDS throttles new logins at about 200 per second.</summary>
internal sealed class LoadTests : IamTest
{
    [TestCase("bootstrap")]
    [TestCase("list")]
    [TestCase("status")]
    [TestCase("up")]
    public void A_run_logs_in_once_and_does_not_call_STS(string command)
    {
        Bed.Run("bootstrap", Bed.UserKeys);
        var before = Bed.Front.Logins.Count;
        var result = Bed.Run(command, Bed.UserKeys);
        Assert.That(result.ExitCode, Is.AnyOf(0, 4, 5), result.Errors);
        Assert.That((Bed.Front.Logins.Count - before, Bed.Front.Connections, Bed.Sts.Calls.Count), Is.EqualTo((1, before + 1, 0)));
    }

    [Test]
    public void A_waiting_replica_has_one_connection_and_logs_in_once()
    {
        using var other = Bed.Database.Connect();
        using var transaction = other.BeginTransaction();
        using var taken = new Npgsql.NpgsqlCommand("SELECT pg_advisory_xact_lock(1263488583, hashtext('public'))", other);
        taken.ExecuteNonQuery();
        var result = Bed.Run("bootstrap --lock-timeout 2", Bed.UserKeys);
        Assert.That(result.ExitCode, Is.EqualTo(7));
        Assert.That(result.Errors, Does.Match("(?m)^error: The migration lock is held by another .* --lock-timeout 2 s is over"));
        Assert.That((Bed.Front.Logins.Count, Bed.Front.Connections), Is.EqualTo((1, 1)));
    }

    // Not in parallel with other tests, because it depends on timing.
    [Test]
    [NonParallelizable]
    public async Task The_logins_of_many_concurrent_runs_are_spread()
    {
        Bed.Run("bootstrap", Bed.UserKeys);
        using var conf = new KongConf(Bed.Settings);
        var variables = Bed.Variables([.. Bed.UserKeys, ("MIGRATOR_IAM_SPREAD", "4")]);
        var before = Bed.Front.Logins.Count;

        // Each run has its own thread: blocked threads of the pool would delay the front's answers, and the logins would arrive all at
        // once.
        var results = await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => Task.Factory.StartNew(
            () => MigratorProcess.Run($"up -c {conf.Path}", variables),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));
        Assert.That(results.Select(r => r.ExitCode), Is.All.Zero, results[0].Errors);
        Array.ForEach(results, r => Bed.AssertNoSecret(r));
        var times = Bed.Front.Logins.Skip(before).Select(l => l.At).Order().ToList();
        Assert.That(times, Has.Count.EqualTo(24));
        Assert.That(times.Max(t => times.Count(o => o >= t && o < t + TimeSpan.FromSeconds(1))), Is.LessThan(20),
            "logins in any one second");
    }

    [Test]
    public void The_default_spread_is_in_the_help() => Assert.That(
        MigratorProcess.Run("up --help").Output,
            Does.Contain("--iam-spread").And.Contain("Default: 2s"));
}
