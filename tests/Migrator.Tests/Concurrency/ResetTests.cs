using Migrator.Tests.Commands;
using Npgsql;
using TestSupport;

namespace Migrator.Tests.Concurrency;

/// <summary>A reset survives a signal, a lost connection and a gateway that still reads, as migrations do.</summary>
internal sealed class ResetTests : CommandTest
{
    // The COMMITs of the two queries of the state, and of the row in locks.
    private const int OtherCommits = 3;

    [SetUp]
    public void StartWithTables() => StartBootstrapped();

    [TestCase("reset --yes")]
    [TestCase("bootstrap --force --yes")]
    public void A_signal_leaves_all_tables_and_no_row_in_locks(string command)
    {
        using var holder = Hold();
        using var conf = KongConf.For(Database);
        using var process = MigratorProcess.Start($"{command} --ddl-lock-timeout 0 -c {conf.Path}");
        Assert.That(() => Database.Query("SELECT 1 FROM pg_locks WHERE relation = 'routes'::regclass AND NOT granted"),
            Is.Not.Empty.After(20_000, 50));
        Assert.That(SignalTests.EndedBy(process, "TERM"), Is.EqualTo(143));
        Assert.That(() => Database.Query("TABLE locks"), Is.Empty.After(2000, 50));
        Assert.That(Tables(), Does.Contain("routes"));
    }

    [TestCase("reset --yes")]
    [TestCase("bootstrap --force --yes")]
    public void It_waits_for_a_session_that_holds_a_table_and_names_it(string command)
    {
        var holder = Hold();
        using var conf = KongConf.For(Database);
        using var process = MigratorProcess.Start($"{command} --ddl-lock-timeout 0.2 -c {conf.Path}");
        string? line;
        while ((line = process.StandardError.ReadLine()) is not null && !line.Contains("attempt 2", StringComparison.Ordinal))
        {
        }

        var blocker = holder.ProcessID;
        holder.Dispose();
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.Multiple(() =>
        {
            Assert.That(process.ExitCode, Is.Zero, errors);
            Assert.That(line, Does.Contain($"process {blocker}"));
        });
    }

    [Test]
    public void After_a_connection_lost_at_COMMIT_it_reconnects_and_completes(
        [Values("reset --yes", "bootstrap --force --yes")] string command, [Values(Fault.Cut, Fault.CutAnswer)] Fault fault)
    {
        using var proxy = new StatementProxy(Database.Server.Port, StatementProxy.Commit, fault, after: OtherCommits);
        var result = Migrator(command, ("pg_port", $"{proxy.Port}"));
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero, result.Errors);
            Assert.That(result.Errors, Does.Contain("The connection to the server was lost"));
            Assert.That(Migrator("list").ExitCode, Is.EqualTo(command.StartsWith("reset", StringComparison.Ordinal) ? 3 : 0));
        });
    }

    [Test]
    public void A_locked_ledger_is_an_error_within_the_time_limit()
    {
        using var holder = Database.Connect();
        using var take = new NpgsqlCommand("BEGIN; LOCK TABLE schema_meta", holder);
        take.ExecuteNonQuery();
        var list = Migrator("list");
        var up = Migrator("up --lock-timeout 1");
        Assert.Multiple(() =>
        {
            Assert.That(list.ExitCode, Is.EqualTo(7));
            Assert.That(list.Errors, Does.Contain("[55P03]").And.Contain("reset"));
            Assert.That(up.ExitCode, Is.EqualTo(7));
            Assert.That(up.Errors, Does.Contain("--lock-timeout 1 s is over"));
        });
    }

    private NpgsqlConnection Hold()
    {
        var connection = Database.Connect();
        using var command = new NpgsqlCommand("BEGIN; SELECT count(*) FROM routes", connection);
        command.ExecuteNonQuery();
        return connection;
    }
}
