using Migrator.Locking;
using Migrator.Tests.Resilience;

namespace Migrator.Tests.Locking;

internal sealed class RunnerLivenessTests
{
    private const string Us = "migrator on us, process 1";
    private const string Them = "migrator on them, process 2";

    private readonly TestClock time = new();

    [TestCase(null, null, null, Description = "nobody")]
    [TestCase(null, Us, null, Description = "our own row, of the transaction before")]
    [TestCase(null, Them, null, Description = "a migrator's row without its lock: it may be dead")]
    [TestCase("a session", null, "a session", Description = "a lock without a row")]
    [TestCase("a session", Us, "a session")]
    [TestCase("a session", Them, Them, Description = "the row names its owner better than the lock does")]
    [TestCase(null, "0b8e5f3c", "0b8e5f3c", Description = "a Kong has a row and no lock")]
    [TestCase("a session", "0b8e5f3c", "a session")]
    public void The_other_runner_is_known_from_the_lock_and_the_row(string? holder, string? owner, string? expected)
    {
        var other = new RunnerLiveness(Us, time).FindActiveRunner(State(holder, owner));
        Assert.That(other?.Description, expected is null ? Is.Null : Does.Contain(expected));
    }

    [Test]
    public async Task A_row_unchanged_for_longer_than_between_two_transactions_is_a_dead_migrators()
    {
        var liveness = new RunnerLiveness(Us, time);
        var state = State(null, Them);
        Assert.That(liveness.FindActiveRunner(state), Is.Null);
        var second = liveness.NeedsSecondReadAsync(state, CancellationToken.None);
        var passed = await time.PassUntilAsync(second, TimeSpan.FromSeconds(5));
        Assert.Multiple(() =>
        {
            Assert.That(second.Result, Is.True, "one look is not enough");
            Assert.That(passed, Is.EqualTo(RunnerLiveness.BetweenTransactions).Within(TimeSpan.FromMilliseconds(10)));
            Assert.That(liveness.Dead, Is.Null);
            Assert.That(liveness.FindActiveRunner(state), Is.Null);
        });
        Assert.That(await liveness.NeedsSecondReadAsync(state, CancellationToken.None), Is.False);
        Assert.That(liveness.Dead, Is.EqualTo(Them));
    }

    [Test]
    public void A_row_that_changed_between_two_queries_is_a_live_migrators()
    {
        var liveness = new RunnerLiveness(Us, time);
        Assert.That(liveness.FindActiveRunner(State(null, Them, "12:00:00")), Is.Null);
        time.Advance(TimeSpan.FromMilliseconds(500));
        Assert.That(liveness.FindActiveRunner(State(null, Them, "12:00:01"))?.Identity, Is.EqualTo(Them));
        time.Advance(RunnerLiveness.BetweenTransactions);
        Assert.That(liveness.FindActiveRunner(State(null, Them, "12:00:01")), Is.Null, "it has died since");
    }

    [Test]
    public async Task Without_a_row_or_with_its_own_row_no_runner_is_dead([Values] bool isThere)
    {
        var liveness = new RunnerLiveness(Us, time);
        var state = State(null, isThere ? Us : null);
        Assert.That(liveness.FindActiveRunner(state), Is.Null);
        Assert.That(await liveness.NeedsSecondReadAsync(state, CancellationToken.None), Is.False);
        Assert.That(liveness.Dead, Is.Null);
    }

    private static LockState State(string? holder, string? owner, string until = "12:00:00") =>
        new(holder, owner is null ? null : new LockRow(owner, until), TableExists: true);
}
