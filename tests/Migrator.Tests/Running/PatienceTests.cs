using Migrator.Running;

namespace Migrator.Tests.Running;

internal sealed class PatienceTests
{
    [Test]
    public void Work_that_is_done_in_between_does_not_count()
    {
        var clock = new Clock();
        var patience = new Patience(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), clock);
        Assert.That(patience.IsOver, Is.False);
        clock.Now += TimeSpan.FromSeconds(90);
        Assert.That(patience.IsOver, Is.True);

        patience.Renew();
        Assert.That(patience.IsOver, Is.False);
        clock.Now += TimeSpan.FromSeconds(59);
        Assert.That(patience.IsOver, Is.False);
    }

    private sealed class Clock : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
