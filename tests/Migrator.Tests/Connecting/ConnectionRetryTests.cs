using Migrator.Connecting;
using Migrator.Errors;
using Migrator.Tests.Resilience;

namespace Migrator.Tests.Connecting;

internal sealed class ConnectionRetryTests
{
    private readonly TestClock time = new();
    private readonly List<string> reported = [];
    private int attempts;

    [Test]
    public async Task A_transient_error_is_retried_until_success_and_reported_once()
    {
        var task = Retry(TimeSpan.FromSeconds(30)).ConnectAsync(() => FailAsync(times: 4), TimeSpan.Zero, CancellationToken.None);
        await time.PassUntilAsync(task, TimeSpan.FromSeconds(30));
        Assert.That((attempts, reported.Count), Is.EqualTo((5, 1)));
    }

    [Test]
    public async Task The_last_attempt_is_made_when_the_time_is_over_and_its_error_is_thrown()
    {
        var task = Retry(TimeSpan.FromSeconds(30)).ConnectAsync(() => FailAsync(), TimeSpan.Zero, CancellationToken.None);
        var passed = await time.PassUntilEndAsync(task, TimeSpan.FromMinutes(2));
        Assert.Multiple(() =>
        {
            Assert.That(passed, Is.EqualTo(TimeSpan.FromSeconds(30)).Within(TimeSpan.FromMilliseconds(50)));
            Assert.That(task.Exception?.InnerException?.Message, Is.EqualTo($"attempt {attempts}"));
            Assert.That(attempts, Is.InRange(12, 40), "pauses of 0.1 s, doubled up to 2 s, each give or take a half");
        });
    }

    [Test]
    public async Task A_permanent_error_is_not_retried()
    {
        await Assert.ThrowsAsync<MigratorException>(() => Retry(TimeSpan.FromSeconds(30))
            .ConnectAsync(() => FailAsync(isTransient: false), TimeSpan.Zero, CancellationToken.None));
        Assert.That((attempts, reported.Count), Is.EqualTo((1, 0)));
    }

    [Test]
    public async Task Without_a_wait_time_there_is_one_attempt()
    {
        await Assert.ThrowsAsync<MigratorException>(() => Retry(TimeSpan.Zero)
            .ConnectAsync(() => FailAsync(), TimeSpan.Zero, CancellationToken.None));
        Assert.That((attempts, reported.Count), Is.EqualTo((1, 0)));
    }

    [Test]
    public async Task A_run_that_lost_its_connection_retries_for_its_minimum_time()
    {
        var task = Retry(TimeSpan.Zero).ConnectAsync(() => FailAsync(times: 3), TimeSpan.FromSeconds(15), CancellationToken.None);
        await time.PassUntilAsync(task, TimeSpan.FromSeconds(15));
        Assert.That((attempts, reported.Count), Is.EqualTo((4, 1)));
    }

    private ConnectionRetry Retry(TimeSpan limit) => new(limit, time, (reason, _) => reported.Add(reason.Message));

    private Task<int> FailAsync(int times = int.MaxValue, bool isTransient = true) => ++attempts <= times
        ? Task.FromException<int>(new MigratorException($"attempt {attempts}", cause: null, "") { IsTransient = isTransient })
        : Task.FromResult(attempts);
}
