using System.Diagnostics;
using Migrator.Tests.Commands;
using TestSupport;

namespace Migrator.Tests.Concurrency;

[Category("Stress")]
internal sealed class RestartTests : Stress
{
    [TestCase("bootstrap")]
    [TestCase("up")]
    public void After_a_server_restart_under_load_rerunning_the_command_completes_it(string command)
    {
        const int AtOnce = 10;
        var rounds = IsLong ? 10 : 1;
        var (wrong, early, manual, unexplained) = (0, 0, 0, 0);
        using var server = PostgresServer.Start();
        var random = new Random(rounds);
        for (var round = 0; round < rounds; round++)
        {
            using var database = DatabaseFor(command, server);
            using var conf = KongConf.For(database);
            var processes = Enumerable.Range(0, AtOnce).Select(_ => MigratorProcess.Start($"{command} --wait 30 -c {conf.Path}")).ToList();
            Thread.Sleep(random.Next(20, 1000));
            server.Stop();
            server.StartUp();
            var results = processes.ConvertAll(p => (Errors: p.StandardError.ReadToEnd(), Code: Exit(p)));
            early += results.Exists(r => r.Code == 0) && Fingerprint.Of(database) != Expected(command) ? 1 : 0;
            unexplained += results.Count(r => Unexplained(r.Code, r.Errors));
            results.Where(r => Unexplained(r.Code, r.Errors)).ToList()
                .ForEach(r => TestContext.Out.WriteLine($"UNEXPLAINED {r.Code}: {r.Errors}"));

            var again = MigratorProcess.Run($"{command} -c {conf.Path}");
            manual += again.ExitCode == 0 ? 0 : 1;
            wrong += Fingerprint.Of(database) == Expected(command) && Fingerprint.Duplicates(database) == 0 ? 0 : 1;
        }

        Say($"{command}: {rounds} server restarts under {AtOnce} runs: {manual} manual steps, {wrong} wrong catalogues or ledgers, "
            + $"{early} exits 0 on an incomplete database, {unexplained} errors without a reason");
        Assert.That((manual, wrong, early, unexplained), Is.EqualTo((0, 0, 0, 0)));
    }

    private static bool Unexplained(int code, string errors) =>
        code != 0 && (!errors.Contains("error: ", StringComparison.Ordinal)
            || errors.Contains("unexpected error", StringComparison.Ordinal));

    private static int Exit(Process process)
    {
        process.WaitForExit();
        var code = process.ExitCode;
        process.Dispose();
        return code;
    }
}

internal sealed class BrokenCommitTests : CommandTest
{
    [TestCase(Fault.Cut, "rolled back")]
    [TestCase(Fault.CutAnswer, "committed")]
    public void After_a_connection_lost_at_COMMIT_it_asks_the_server_for_the_outcome(Fault fault, string outcome)
    {
        using var proxy = new StatementProxy(Database.Server.Port, StatementProxy.Commit, fault, after: 1);
        var result = Migrator("bootstrap", ("pg_port", $"{proxy.Port}"));
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero, result.Errors);
            Assert.That(result.Errors,
                Does.Contain("The connection to the server was lost").And.Contain($"the server says that it was {outcome}"));
            Assert.That(Database.Query("SELECT count(*) FROM schema_meta, unnest(executed)"), Is.EqualTo(new[] { "67" }));
        });
    }

    [Test]
    public void A_full_disk_is_a_clear_error_and_a_rerun_completes()
    {
        StartOld("3.4");
        Database.Execute(
            """
            CREATE FUNCTION public.full_disk() RETURNS event_trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'could not extend file "base/1/2": No space left on device' USING ERRCODE = 'disk_full'; END $$;
            CREATE EVENT TRIGGER full_disk ON ddl_command_end EXECUTE PROCEDURE public.full_disk();
            """);
        var result = Migrator("up");
        Database.Execute("DROP EVENT TRIGGER full_disk");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(1));
            Assert.That(result.Errors, Does.Contain("No space left on device [53100]").And.Contain("Make room on the server's disk"));
            Assert.That(Database.Query("TABLE locks"), Is.Empty);
            Assert.That(Migrator("up").ExitCode, Is.Zero);
        });
    }
}
