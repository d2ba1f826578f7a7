using System.Diagnostics;
using System.Globalization;
using Migrator.Tests.Commands;
using Npgsql;
using TestSupport;

namespace Migrator.Tests.Concurrency;

internal sealed class SignalTests : CommandTest
{
    [TestCase("TERM", 143)]
    [TestCase("INT", 130)]
    public void During_a_long_statement_it_rolls_back_and_releases_the_lock(string signal, int code)
    {
        Assume.That(signal != "INT" || !InterruptIsIgnored(),
            "These tests were started in the background, where a shell has Ctrl-C ignored, by us too");
        StartOld();
        using var holder = Database.Connect();
        using (var hold = new NpgsqlCommand("BEGIN; LOCK TABLE routes IN ACCESS EXCLUSIVE MODE", holder))
        {
            hold.ExecuteNonQuery();
        }

        using var conf = KongConf.For(Database);
        using var process = MigratorProcess.Start($"up --ddl-lock-timeout 0 -c {conf.Path}");
        Assert.That(() => Database.Query("SELECT 1 FROM pg_locks WHERE relation = 'routes'::regclass AND NOT granted"),
            Is.Not.Empty.After(20_000, 50));
        Assert.That(EndedBy(process, signal), Is.EqualTo(code));
        Assert.Multiple(() =>
        {
            Assert.That(Database.Query("TABLE locks"), Is.Empty);
            Assert.That(() => Database.Query("SELECT 1 FROM pg_stat_activity WHERE application_name = 'migrator' AND datname = "
                + "current_database()"), Is.Empty.After(5000, 50));
        });
    }

    [TestCase("TERM", 143)]
    [TestCase("INT", 130)]
    public void While_waiting_for_gateways_to_leave(string signal, int code)
    {
        Assume.That(signal != "INT" || !InterruptIsIgnored(),
            "These tests were started in the background, where a shell has Ctrl-C ignored, by us too");
        StartOld();
        using var conf = KongConf.For(Database);
        Assert.That(MigratorProcess.Run($"up -c {conf.Path}").ExitCode, Is.Zero);
        using var process = MigratorProcess.Start($"finish --when-drained 60 -c {conf.Path}");
        Assert.That(process.StandardError.ReadLine(), Does.Contain("none for").Or.Contains("waiting"));
        Assert.That(EndedBy(process, signal), Is.EqualTo(code));
        Assert.That(process.StandardError.ReadToEnd(), Does.Not.Contain("transaction"));
    }

    [Test]
    public void While_waiting_for_the_lock()
    {
        StartOld();
        Database.Execute("INSERT INTO locks VALUES ('migrations', 'a Kong', now() + interval '60 s')");
        using var conf = KongConf.For(Database);
        using var process = MigratorProcess.Start($"up -c {conf.Path}");
        Assert.That(process.StandardError.ReadLine(), Does.Contain("waiting for"));
        Assert.Multiple(() =>
        {
            Assert.That(EndedBy(process, "TERM"), Is.EqualTo(143));
            Assert.That(Database.Query("SELECT owner FROM locks"), Is.EqualTo(new[] { "a Kong" }));
        });
    }

    [Test]
    public void While_connecting()
    {
        using var server = FakeServer.Silent();
        using var conf = new KongConf(
            ("pg_host", "127.0.0.1"), ("pg_port", server.Port.ToString(CultureInfo.InvariantCulture)), ("pg_timeout", "30000"));
        using var process = MigratorProcess.Start($"up -c {conf.Path}");
        Assert.That(() => server.Connections, Is.Positive.After(60_000, 20));
        Assert.That(EndedBy(process, "TERM"), Is.EqualTo(143));
    }

    [Test]
    public void While_waiting_for_the_database()
    {
        using var conf = new KongConf(("pg_host", "127.0.0.1"), ("pg_port", "1"));
        using var process = MigratorProcess.Start($"up --wait 60 -c {conf.Path}");
        Assert.That(process.StandardError.ReadLine(), Does.Contain("waiting up to 60 s for the database"));
        Assert.That(EndedBy(process, "TERM"), Is.EqualTo(143));
    }

    /// <summary>Whether this process, and thus the processes it starts, ignores SIGINT.</summary>
    /// <remarks>In the mask of proc(5), signal 2 is the second bit.</remarks>
    private static bool InterruptIsIgnored() => File.Exists("/proc/self/status")
        && File.ReadLines("/proc/self/status").First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal)) is var line
        && (ulong.Parse(line.AsSpan(7).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & 2) != 0;

    /// <summary>Sends a signal, and asserts that the process ends within two seconds.</summary>
    public static int EndedBy(Process process, string signal)
    {
        using (var kill = Process.Start("kill", ["-" + signal, process.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            kill.WaitForExit();
        }

        Assert.That(process.WaitForExit(2000), Is.True, "it did not end within two seconds");
        return process.ExitCode;
    }
}
