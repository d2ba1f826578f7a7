using Migrator.Errors;
using Migrator.Execution;
using Migrator.Ledger;
using Migrator.Locking;
using Migrator.Tests.Resilience;
using Migrator.Tests.Sessions;
using Npgsql;

namespace Migrator.Tests.Execution;

internal sealed class LockWaiterTests
{
    private const string Us = "migrator on us, process 1";
    private const string Them = "migrator on them, process 2";
    private static readonly IReadOnlyList<LedgerRow> Ledger = [new("core", "000_base", ["000_base"], null)];
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly TestClock time = new();
    private readonly Recorder recorder = new();
    private readonly FakeSession session = new();

    [Test]
    public async Task With_no_other_runner_one_query_is_enough()
    {
        session.Answers(() => StateAnswers.State(Ledger));
        var facts = await Waiter().WaitUntilFreeAsync(CancellationToken.None);
        Assert.That((facts.Ledger.IsEmpty, session.Sent.Count, recorder.Events.Count), Is.EqualTo((false, 1, 0)));
    }

    [Test]
    public async Task It_waits_for_a_migrator_with_the_lock()
    {
        session
            .Answers(() => StateAnswers.State(Ledger, "a session", (Them, "12:00:00")))
            .Answers(() => StateAnswers.State(Ledger, "a session"))
            .Answers(() => StateAnswers.State(Ledger));
        await time.PassUntilAsync(Waiter().WaitUntilFreeAsync(CancellationToken.None), Minute);
        Assert.That(recorder.Events, Is.EqualTo(new[] { $"waiting for {Them}", "waiting for a session" }));
    }

    [TestCase(60)]
    [TestCase(0)]
    public async Task It_waits_for_Kong_until_lock_timeout(int seconds)
    {
        session.Otherwise = () => StateAnswers.State(Ledger, row: ("0b8e5f3c", "2026-01-01 12:00:00"));
        var look = Waiter(TimeSpan.FromSeconds(seconds)).WaitUntilFreeAsync(CancellationToken.None);
        var passed = await time.PassUntilEndAsync(look, Minute * 2);
        Assert.Multiple(() =>
        {
            Assert.That(look.Exception?.InnerException, Is.TypeOf<MigratorException>().With.Message.Contain("held by another"));
            Assert.That(passed, Is.EqualTo(TimeSpan.FromSeconds(seconds)).Within(TimeSpan.FromMilliseconds(100)));
        });
    }

    [Test]
    public async Task Lock_timeout_starts_again_with_each_holder()
    {
        for (var holder = 1; holder <= 4; holder++)
        {
            var owner = $"kong-{holder}";
            for (var read = 0; read < 100; read++)
            {
                session.Answers(() => StateAnswers.State(Ledger, row: (owner, "2026-01-01 12:00:00")));
            }
        }

        session.Answers(() => StateAnswers.State(Ledger));
        var passed = await time.PassUntilAsync(Waiter(Minute).WaitUntilFreeAsync(CancellationToken.None), Minute * 10);
        Assert.That(passed, Is.GreaterThan(Minute * 2), "longer than one of them may take");
    }

    [Test]
    public async Task The_row_of_a_dead_migrator_is_taken_over_after_a_second_query()
    {
        session.Otherwise = () => StateAnswers.State(Ledger, row: (Them, "12:00:00"));
        var waiter = Waiter();
        var passed = await time.PassUntilAsync(waiter.WaitUntilFreeAsync(CancellationToken.None), Minute);
        Assert.Multiple(() =>
        {
            Assert.That(passed, Is.EqualTo(RunnerLiveness.BetweenTransactions).Within(TimeSpan.FromMilliseconds(50)));
            Assert.That(recorder.Events, Is.EqualTo(new[] { $"taking over {Them}" }));
            Assert.That((session.Sent.Count, waiter.Dead), Is.EqualTo((2, Them)));
        });
    }

    [Test]
    public async Task It_waits_for_a_migrator_between_two_transactions()
    {
        var reads = 0;
        session.Otherwise = () => ++reads < 8 ? StateAnswers.State(Ledger, row: (Them, $"12:00:0{reads}")) : StateAnswers.State(Ledger);
        await time.PassUntilAsync(Waiter().WaitUntilFreeAsync(CancellationToken.None), Minute);
        Assert.That(recorder.Events, Has.Count.EqualTo(6).And.All.EqualTo($"waiting for {Them}"));
    }

    [Test]
    public async Task A_query_blocked_by_a_reset_is_repeated()
    {
        // The second question is who has locked it.
        session.Throws(() => Refused(PostgresErrorCodes.LockNotAvailable)).Answers(StateAnswers.Nothing)
            .Answers(() => StateAnswers.State());
        var look = Waiter().WaitUntilFreeAsync(CancellationToken.None);
        await time.PassUntilAsync(look, Minute);
        Assert.That(look.Result.Ledger.IsEmpty, Is.True);
        Assert.That(recorder.Events, Is.EqualTo(new[] { "waiting for a session that has locked the ledger, for example a reset" }));
    }

    [Test]
    public async Task A_query_whose_connection_was_lost_is_repeated([Values] bool mayReconnect)
    {
        session.MayReconnect = mayReconnect;
        session.Throws(() =>
        {
            session.IsOpen = false;
            return new NpgsqlException("gone");
        }).Answers(() => StateAnswers.State(Ledger));
        var look = Waiter().WaitUntilFreeAsync(CancellationToken.None);
        await ((Task)look).ContinueWith(_ => { }, TaskScheduler.Default);
        Assert.That(look.IsCompletedSuccessfully, Is.EqualTo(mayReconnect));
    }

    [Test]
    public async Task A_missing_privilege_is_an_error_at_once()
    {
        // The second question is what the right is missing for.
        session.Throws(() => Refused(PostgresErrorCodes.InsufficientPrivilege))
            .Throws(() => Refused(PostgresErrorCodes.InsufficientPrivilege)).Answers(StateAnswers.Nothing);
        await Assert.ThrowsAsync<MigratorException>(() => Waiter().WaitUntilFreeAsync(CancellationToken.None));
    }

    [Test]
    public async Task A_run_that_others_always_precede_gives_up_after_many_attempts_and_lock_timeout()
    {
        var waiter = Waiter(TimeSpan.FromSeconds(10));
        var conflict = new StepConflictException(Refused(SchemaLock.LedgerChanged));
        var attempts = 0;
        var task = Task.Run(async () =>
        {
            for (; attempts < 1000; attempts++)
            {
                await waiter.PauseAfterConflictAsync(conflict, CancellationToken.None);
            }
        });
        await time.PassUntilEndAsync(task, Minute * 10);
        Assert.Multiple(() =>
        {
            Assert.That(task.Exception?.InnerException, Is.TypeOf<MigratorException>().With.Message.Contain("Every attempt failed"));
            Assert.That(attempts, Is.GreaterThanOrEqualTo(20));
        });
    }

    [Test]
    public async Task It_waits_for_a_standby_to_become_primary_until_wait()
    {
        session.Otherwise = () => StateAnswers.State(Ledger, inRecovery: true);
        var waiter = Waiter();
        var facts = await waiter.WaitUntilFreeAsync(CancellationToken.None);
        var waits = 0;
        var task = Task.Run(async () =>
        {
            while (await waiter.IsStandbyAsync(facts, CancellationToken.None))
            {
                waits++;
            }
        });
        var passed = await time.PassUntilAsync(task, Minute * 2);
        Assert.Multiple(() =>
        {
            Assert.That(passed, Is.EqualTo(TimeSpan.FromSeconds(20)).Within(TimeSpan.FromMilliseconds(100)));
            Assert.That(session.Events, Has.Count.EqualTo(waits).And.All.EqualTo("reconnect"));
        });
    }

    private LockWaiter Waiter(TimeSpan? lockTimeout = null) => new(
        session,
        new RunOptions { Name = Us, LockTimeout = lockTimeout ?? Minute, Wait = TimeSpan.FromSeconds(20), Time = time },
        recorder);

    private static PostgresException Refused(string sqlState) => new("refused", "ERROR", "ERROR", sqlState);
}
