using Migrations.Dsl;
using Migrator.Errors;
using Migrator.Execution;
using Migrator.Locking;
using Migrator.Sessions;
using Migrator.Tests.Resilience;
using Migrator.Tests.Sessions;
using Npgsql;

namespace Migrator.Tests.Execution;

internal sealed class TransactionRetryTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly TestClock time = new();
    private readonly Recorder recorder = new();
    private readonly FakeSession session = new() { Otherwise = StateAnswers.Nothing };

    [Test]
    public async Task A_committed_transaction_is_done() =>
        Assert.That(await Retry().ExecuteAsync(() => Task.CompletedTask, CancellationToken.None), Is.EqualTo(AttemptOutcome.Done));

    [Test]
    public async Task A_transaction_whose_connection_broke_at_COMMIT_is_in_doubt() => Assert.That(
        await Retry().ExecuteAsync(() => throw new CommitInDoubtException(new NpgsqlException("gone")), CancellationToken.None),
        Is.EqualTo(AttemptOutcome.InDoubt));

    [Test]
    public async Task A_transaction_ended_by_the_servers_idle_limit_is_retried() => Assert.That(
        await Retry().ExecuteAsync(() => throw Refused(SessionErrors.IdleInTransactionTimeout), CancellationToken.None),
        Is.EqualTo(AttemptOutcome.ReadAgain));

    [Test]
    public async Task After_a_conflict_the_state_is_queried_again_within_a_second()
    {
        var attempt = Retry().ExecuteAsync(() => throw new StepConflictException(Refused(SchemaLock.Busy)), CancellationToken.None);
        var passed = await time.PassUntilAsync(attempt, Minute);
        Assert.That((attempt.Result, passed < TimeSpan.FromSeconds(1)), Is.EqualTo((AttemptOutcome.ReadAgain, true)));
    }

    [Test]
    public async Task Any_other_error_ends_the_run() => await Assert.ThrowsAsync<PostgresException>(
        () => Retry().ExecuteAsync(() => throw Refused(PostgresErrorCodes.UndefinedColumn), CancellationToken.None));

    [Test]
    public async Task A_table_lock_is_retried_with_pauses_until_lock_timeout()
    {
        var retry = Retry();
        var pauses = new List<TimeSpan>();
        var task = Task.Run(async () =>
        {
            while (true)
            {
                var began = time.GetTimestamp();
                var outcome = await retry.ExecuteAsync(() => throw Blocked(), CancellationToken.None);
                Assert.That(outcome, Is.EqualTo(AttemptOutcome.ReadAgain));
                pauses.Add(time.GetElapsedTime(began));
            }
        });
        await time.PassUntilEndAsync(task, Minute * 10);
        Assert.Multiple(() =>
        {
            Assert.That(task.Exception?.InnerException, Is.TypeOf<MigratorException>().With.Message.Contain("did not get a lock"));
            Assert.That(pauses.Aggregate(TimeSpan.Zero, (sum, p) => sum + p), Is.InRange(Minute, Minute * 1.01));
            Assert.That(pauses[0], Is.InRange(TimeSpan.FromMilliseconds(240), TimeSpan.FromMilliseconds(1000)));
            Assert.That(pauses.Max(), Is.LessThan(TimeSpan.FromSeconds(8)));
            Assert.That(recorder.Events, Has.Count.EqualTo(pauses.Count).And.All.StartsWith("blocked "));
        });
    }

    [Test]
    public async Task The_attempts_and_pauses_take_no_longer_than_lock_timeout_and_half_a_second(
        [Values(0, 0.3, 1, 4, 5, 60)] double lockTimeout, [Values(0.2, 3, 100)] double lockLimit)
    {
        var retry = Retry(TimeSpan.FromSeconds(lockTimeout), TimeSpan.FromSeconds(lockLimit));
        var task = Task.Run(async () =>
        {
            while (true)
            {
                await retry.ExecuteAsync(
                    async () =>
                    {
                        await Task.Delay(retry.Limits.Lock!.Value, time);
                        throw Blocked();
                    },
                    CancellationToken.None);
            }
        });
        var passed = await time.PassUntilEndAsync(task, Minute * 10);
        Assert.Multiple(() =>
        {
            Assert.That(task.Exception?.InnerException, Is.TypeOf<MigratorException>().With.Message.Contain("did not get a lock"));
            Assert.That(passed.TotalSeconds, Is.InRange(lockTimeout - 0.15, lockTimeout + 0.65));
        });
    }

    [Test]
    public async Task A_failed_query_for_the_blocking_sessions_does_not_end_the_run()
    {
        session.Throws(() => new NpgsqlException("gone"));
        var attempt = Retry().ExecuteAsync(() => throw Blocked(), CancellationToken.None);
        await time.PassUntilAsync(attempt, Minute);
        Assert.That(recorder.Events, Is.EqualTo(new[] { "blocked 1" }));
    }

    private TransactionRetry Retry(TimeSpan? lockTimeout = null, TimeSpan? lockLimit = null)
    {
        var options = new RunOptions { Name = "us", LockTimeout = lockTimeout ?? Minute, Limits = new(Lock: lockLimit), Time = time };
        var row = new OwnLockRow(session, "us", time);
        row.Begin(new GatewaySchema("public"), tableExists: true);
        return new TransactionRetry(session, options, new LockWaiter(session, options, recorder), row, recorder);
    }

    private static StepBlockedException Blocked() => new(step: null, Refused(PostgresErrorCodes.LockNotAvailable));

    private static PostgresException Refused(string sqlState) => new("refused", "ERROR", "ERROR", sqlState);
}
