using System.Diagnostics;
using System.Globalization;
using TestSupport;

namespace Migrator.Tests.Concurrency;

/// <summary>All commands at the same time, behind a pooler, and with a stopped runner: each failure states its true reason.</summary>
[Category("Stress")]
internal sealed class MixedCommandsTests : Stress
{
    private static readonly string[] Commands = ["bootstrap", "up", "migrate", "finish", "list", "reset --yes", "status"];

    [TestCase(true)]
    [TestCase(false)]
    public void Concurrent_commands_end_with_success_or_a_true_reason(bool isPooled)
    {
        Assume.That(!isPooled || PoolerServer.Program is not null, "PgBouncer is not installed (Debian: apt-get install pgbouncer)");
        var rounds = IsLong ? 30 : 1;
        var (runs, refused, unexplained) = (0, 0, 0);
        using var pooler = isPooled ? PoolerServer.Start(PostgresServer.Shared, poolSize: 5) : null;
        using var database = PostgresServer.Shared.CreateDatabase();
        using var conf = KongConf.For(database, ("pg_port", $"{pooler?.Port ?? database.Server.Port}"), ("pg_timeout", "60000"));
        for (var round = 0; round < rounds; round++)
        {
            var processes = (IsLong ? Commands.Concat(Commands) : Commands)
                .Select(c => (Command: c, Process: MigratorProcess.Start($"{c} -c {conf.Path}"))).ToList();
            foreach (var (command, process) in processes)
            {
                process.StandardInput.Close();
                var output = process.StandardOutput.ReadToEndAsync();
                var errors = process.StandardError.ReadToEnd();
                process.WaitForExit();
                runs++;
                var isRefusal = IsRefusal(errors);
                refused += process.ExitCode is 1 or 3 or 4 or 7 && isRefusal ? 1 : 0;
                if (process.ExitCode != 0 && !(command == "list" && process.ExitCode is 3 or 4 or 5)
                    && !(process.ExitCode is 1 or 3 or 4 or 7 && isRefusal))
                {
                    unexplained++;
                    TestContext.Out.WriteLine($"{command}: {process.ExitCode}\n{output.Result}{errors}");
                }

                process.Dispose();
            }
        }

        Say($"mixed commands {(isPooled ? "through PgBouncer" : "without a pooler")}: {runs} runs, {refused} refused with a reason, "
            + $"{unexplained} errors without one");
        Assert.That(unexplained, Is.Zero);
        Assert.That(MigratorProcess.Run($"migrate -c {conf.Path}").ExitCode, Is.Zero);
    }

    [Test]
    public void A_runner_stopped_in_its_transaction_lets_others_continue_and_completes()
    {
        Assume.That(IsLong, "takes more than a minute: tests/stress.sh");
        using var database = DatabaseFor("up");
        using var proxy = new StatementProxy(database.Server.Port, "ALTER TABLE", Fault.Delay);
        using var slow = KongConf.For(database, ("pg_port", $"{proxy.Port}"));
        using var conf = KongConf.For(database);
        using var stopped = MigratorProcess.Start($"up -c {slow.Path}");
        var errors = stopped.StandardError.ReadToEndAsync();
        Assert.That(proxy.Met.Wait(TimeSpan.FromSeconds(30)), Is.True);
        Signal(stopped, "STOP");
        var others = Enumerable.Range(0, 3).Select(_ => MigratorProcess.Start($"up -q -c {conf.Path}")).ToList();
        Thread.Sleep(TimeSpan.FromSeconds(72));
        Signal(stopped, "CONT");
        others.ForEach(p => p.WaitForExit());
        stopped.WaitForExit();
        Say($"a runner stopped for 72 s in its transaction: it ended with {stopped.ExitCode}, the others with "
            + $"{string.Join(", ", others.Select(p => p.ExitCode))}");
        Assert.Multiple(() =>
        {
            Assert.That(others.Select(p => p.ExitCode), Is.All.Zero, string.Concat(others.Select(p => p.StandardError.ReadToEnd())));
            Assert.That(stopped.ExitCode, Is.Zero, errors.Result);
            Assert.That(Fingerprint.Of(database), Is.EqualTo(Expected("up")));
        });
        others.ForEach(p => p.Dispose());
    }

    /// <summary>Whether the errors are those of a command whose database another command has just changed or is changing.</summary>
    private static bool IsRefusal(string errors) =>
        errors.Contains("error: ", StringComparison.Ordinal)
        && new[] { "is empty", "is incomplete", "nothing to reset", "is not finished", "migration lock is held",
            "cannot be read just now" }
            .Any(reason => errors.Contains(reason, StringComparison.Ordinal));

    private static void Signal(Process process, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }
}
