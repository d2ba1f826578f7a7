using Migrations;
using Migrator.Configuration.Connection;
using Migrator.Connecting;
using Migrator.Execution;
using Migrator.Inspection;
using Migrator.Locking;
using Migrator.Sessions;
using Migrator.Tests.Commands;
using Npgsql;
using TestSupport;

namespace Migrator.Tests.Concurrency;

/// <summary>Complete runs in this process, with shorter limits, on a network that delays, drops and cuts messages.</summary>
internal sealed class FaultTests : CommandTest
{
    [SetUp]
    public void StartWithOldDatabase() => StartOld("3.6");

    // Two COMMITs come before it: those of the first query of the state and of the row in locks.
    private const string Commit = StatementProxy.Commit;
    private const int OtherCommits = 2;

    // In the query for the blocking sessions, after a migration was rolled back.
    private const string Blockers = "ROLLBACK PREPARED";

    [TestCase(Blockers, Fault.Delay)]
    [TestCase(Blockers, Fault.Silence)]
    [TestCase(Blockers, Fault.Cut)]
    [TestCase(Commit, Fault.Silence)]
    [TestCase(Commit, Fault.Mute)]
    [TestCase(Commit, Fault.Cut)]
    [TestCase("pg_try_advisory", Fault.Delay)]
    [TestCase("schema_meta", Fault.Silence)]
    [TestCase("schema_meta", Fault.Cut)]
    public async Task A_run_continues_after_a_network_fault(string text, Fault fault)
    {
        // A session that holds a table makes the migration roll back.
        var holder = text == Blockers ? Hold() : null;
        using var proxy = new StatementProxy(Database.Server.Port, text, fault, after: text == Commit ? OtherCommits : 0);
        var observer = new Observer { OnBlocked = () => holder?.Dispose() };
        var outcome = await UpAsync(proxy.Port, observer, new Limits(Lock: TimeSpan.FromMilliseconds(200)));
        Assert.Multiple(() =>
        {
            Assert.That(proxy.Met.IsSet, Is.True);
            Assert.That(outcome.State.HasNew, Is.False);
            Assert.That(Database.Query("TABLE locks"), Is.Empty);
            Assert.That(observer.FoundCommitted, text == Commit ? Is.EqualTo(new[] { fault == Fault.Mute }) : Is.Empty);
            Assert.That(observer.Reconnections, fault == Fault.Delay ? Is.Empty : Has.Count.EqualTo(1));
        });
    }

    [Test]
    public async Task A_runner_stalled_in_its_transaction_lets_others_continue_and_then_completes()
    {
        using var proxy = new StatementProxy(
            Database.Server.Port, Commit, Fault.Delay, delay: TimeSpan.FromSeconds(100), after: OtherCommits);
        var observer = new Observer();
        var limits = new Limits(Idle: TimeSpan.FromSeconds(2));
        var paused = Task.Run(() => UpAsync(proxy.Port, observer, limits, new ServerLimits { Silence = TimeSpan.FromSeconds(100) }));
        Assert.That(
            () => Database.Query("SELECT 1 FROM pg_stat_activity WHERE state = 'idle in transaction' AND application_name = 'migrator' "
                + "AND datname = current_database()"),
            Is.Not.Empty.After(30_000, 20));
        var second = await UpAsync(Database.Server.Port, new Observer(), limits, new ServerLimits());
        proxy.Resume.Set();
        var first = await paused;
        Assert.Multiple(() =>
        {
            Assert.That(second.Done, Is.Not.Empty);
            Assert.That(first.State.HasNew, Is.False);
            Assert.That(observer.Reconnections, Has.Count.EqualTo(1));
            Assert.That(Database.Query("TABLE locks"), Is.Empty);
        });
    }

    [Test]
    public async Task A_step_done_by_another_run_after_a_lost_connection_is_not_counted_as_this_runs()
    {
        const string AtWork = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'migrator' "
            + "AND datname = current_database()";
        using var proxy = new StatementProxy(Database.Server.Port, "nothing", Fault.Cut);
        var holder = Hold();
        RunOutcome? second = null;
        var observer = new Observer
        {
            OnReconnecting = () =>
            {
                Assert.That(() => Database.Query(AtWork), Is.Empty.After(30_000, 20));
                holder.Dispose();
                second ??= Task.Run(() => UpAsync(Database.Server.Port, new Observer(), new Limits())).GetAwaiter().GetResult();
            },
        };
        var run = Task.Run(() => UpAsync(proxy.Port, observer, new Limits()));
        Assert.That(() => Database.Query(AtWork), Is.Not.Empty.After(30_000, 20));
        proxy.CloseConnections();
        var first = await run;
        Assert.Multiple(() =>
        {
            Assert.That(second!.Done, Is.Not.Empty);
            Assert.That(observer.FoundCommitted, Is.EqualTo(new[] { false }));
            Assert.That(first.Done, Is.Empty);
            Assert.That(first.State.HasNew, Is.False);
        });
    }

    private async Task<RunOutcome> UpAsync(int port, Observer observer, Limits limits, ServerLimits? serverLimits = null)
    {
        var settings = new PostgresSettings
        {
            Host = "127.0.0.1",
            Port = port,
            User = "kong",
            Database = Database.Name,
            ConnectTimeout = TimeSpan.FromSeconds(20),
            Tls = TlsSettings.Off,
        };
        await using var session = await ConnectionFactory.OpenAsync(settings, ConnectionRetry.None, CancellationToken.None);
        session.Limits = serverLimits ?? new ServerLimits
        {
            Read = TimeSpan.FromSeconds(3),
            Silence = TimeSpan.FromMilliseconds(250),
            Rollback = TimeSpan.FromMilliseconds(300),
        };
        var options = new RunOptions
        {
            Name = RunnerName.Create(TimeProvider.System, "0123abcd"),
            Schema = "public",
            Limits = limits,
            LockTimeout = TimeSpan.FromSeconds(60),
        };
        return await new MigrationRun(session, options, Catalogue.Subsystems, observer).RunAsync(RunKind.Up, CancellationToken.None);
    }

    private NpgsqlConnection Hold()
    {
        var connection = Database.Connect();
        using var command = new NpgsqlCommand(
            "BEGIN; " + string.Concat(Tables().Where(t => t is not ("schema_meta" or "locks")).Select(t => $"LOCK TABLE \"{t}\" IN "
                + "ACCESS SHARE MODE; ")), connection);
        command.ExecuteNonQuery();
        return connection;
    }

    private sealed class Observer : IRunObserver
    {
        public Action? OnBlocked { get; init; }

        public Action? OnReconnecting { get; init; }

        public List<string> Reconnections { get; } = [];

        public List<bool> FoundCommitted { get; } = [];

        public void Begin(RunKind kind, IReadOnlyList<MigrationStep> steps, DatabaseFacts facts)
        {
        }

        public void Dropped(DatabaseFacts facts)
        {
        }

        public void DroppingForeignObjects(IReadOnlyList<string> others, DatabaseFacts facts)
        {
        }

        public void Done(IReadOnlyList<MigrationStep> steps, TimeSpan elapsed)
        {
        }

        public void PartiallyCompleted(IReadOnlyList<MigrationStep> done)
        {
        }

        public void WaitingFor(string holder)
        {
        }

        public void TakingOver(string dead)
        {
        }

        public void BlueGreen(string parts)
        {
        }

        public void WaitingForPrimary(DatabaseFacts facts)
        {
        }

        public void WaitingForStandby()
        {
        }

        public void WaitingForTable(IReadOnlyList<string> blockers, string remedy)
        {
        }

        public void Blocked(MigrationStep? step, IReadOnlyList<string> blockers, int attempt) => OnBlocked?.Invoke();

        public void Reconnecting(string reason)
        {
            Reconnections.Add(reason);
            OnReconnecting?.Invoke();
        }

        public void CommitResolved(IReadOnlyList<MigrationStep> steps, bool committed) => FoundCommitted.Add(committed);
    }
}
