using Migrator.Resilience;

namespace Migrator.Tests.Resilience;

internal sealed class BackoffTests
{
    [Test]
    public void Restarting_starts_the_time_again()
    {
        var clock = new Clock();
        var backoff = new Backoff(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), clock);
        Assert.That(backoff.IsOver, Is.False);
        clock.Now += TimeSpan.FromSeconds(90);
        Assert.That(backoff.IsOver, Is.True);

        backoff.Restart();
        Assert.That(backoff.IsOver, Is.False);
        clock.Now += TimeSpan.FromSeconds(59);
        Assert.That(backoff.IsOver, Is.False);
    }

    [Test]
    public void The_time_starts_again_with_each_holder_and_an_unknown_holder_continues_the_last()
    {
        var clock = new Clock();
        var backoff = new Backoff(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), clock);
        for (var runner = 0; runner < 20; runner++)
        {
            Assert.That(backoff.IsOverFor($"runner {runner}"), Is.False);
            clock.Now += TimeSpan.FromSeconds(5);
        }

        Assert.That(backoff.IsOverFor("runner 19"), Is.False);
        clock.Now += TimeSpan.FromSeconds(55);
        Assert.That(backoff.IsOverFor(null), Is.True);
        Assert.That(backoff.IsOverFor("runner 19"), Is.True);
    }

    private sealed class Clock : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
