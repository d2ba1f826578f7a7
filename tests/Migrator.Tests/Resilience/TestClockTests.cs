namespace Migrator.Tests.Resilience;

internal sealed class TestClockTests
{
    [Test]
    public void A_delay_does_not_count_before_its_timer_is_registered()
    {
        var clock = new WatchedClock();
        var delay = Task.Delay(TimeSpan.FromSeconds(1), clock);
        Assert.That((clock.CountedTooEarly, clock.HasWaitingDelay), Is.EqualTo((false, true)));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.That((delay.IsCompleted, clock.HasWaitingDelay), Is.EqualTo((true, false)));
    }

    [Test]
    public void A_delay_that_ended_while_it_was_registered_does_not_count()
    {
        var clock = new WatchedClock { Registered = c => c.Advance(TimeSpan.FromSeconds(1)) };
        var delay = Task.Delay(TimeSpan.FromSeconds(1), clock);
        Assert.That((delay.IsCompleted, clock.HasWaitingDelay), Is.EqualTo((true, false)));
    }

    private sealed class WatchedClock : TestClock
    {
        public Action<TestClock>? Registered { get; init; }

        public bool CountedTooEarly { get; private set; }

        protected override ITimer Register(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            CountedTooEarly |= HasWaitingDelay;
            var timer = base.Register(callback, state, dueTime, period);
            Registered?.Invoke(this);
            return timer;
        }
    }
}
