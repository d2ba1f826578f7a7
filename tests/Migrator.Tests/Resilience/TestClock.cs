using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;

namespace Migrator.Tests.Resilience;

/// <summary>
/// A clock whose time passes only while somebody waits for it: what runs on another thread of a busy machine takes no time by it.
/// </summary>
internal sealed class TestClock : FakeTimeProvider
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan MostRealTime = TimeSpan.FromMinutes(2);

    private int waiting;

    /// <summary>Lets time pass until a task has ended, and says how much that was.</summary>
    /// <param name="task">The task; its exception is thrown.</param>
    /// <param name="most">How much time may pass, for the test to end at all.</param>
    public async Task<TimeSpan> PassUntilAsync(Task task, TimeSpan most)
    {
        var passed = await PassUntilEndAsync(task, most);
        await task;
        return passed;
    }

    /// <summary>The same for a task that may fail.</summary>
    public async Task<TimeSpan> PassUntilEndAsync(Task task, TimeSpan most)
    {
        var (began, really) = (GetTimestamp(), Stopwatch.GetTimestamp());
        while (!task.IsCompleted && GetElapsedTime(began) < most && Stopwatch.GetElapsedTime(really) < MostRealTime)
        {
            if (Volatile.Read(ref waiting) > 0)
            {
                Advance(Tick);
            }

            await Task.Yield();
        }

        Assert.That(task.IsCompleted, Is.True, $"It did not end within {most} of the clock.");
        return GetElapsedTime(began);
    }

    /// <inheritdoc />
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new CountedTimer(this, callback, state, dueTime, period);

    /// <summary>A timer that counts as somebody who waits, from when it is set until it has rung or is given up.</summary>
    private sealed class CountedTimer : ITimer
    {
        private readonly TestClock clock;
        private readonly ITimer timer;
        private int isSet;

        public CountedTimer(TestClock clock, TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            this.clock = clock;
            Set(dueTime);
            timer = clock.CreateInner(
                s =>
                {
                    Unset();
                    callback(s);
                },
                state, dueTime, period);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Unset();
            Set(dueTime);
            return timer.Change(dueTime, period);
        }

        public void Dispose()
        {
            Unset();
            timer.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Unset();
            return timer.DisposeAsync();
        }

        private void Set(TimeSpan dueTime)
        {
            if (dueTime != Timeout.InfiniteTimeSpan && Interlocked.Exchange(ref isSet, 1) == 0)
            {
                Interlocked.Increment(ref clock.waiting);
            }
        }

        private void Unset()
        {
            if (Interlocked.Exchange(ref isSet, 0) == 1)
            {
                Interlocked.Decrement(ref clock.waiting);
            }
        }
    }

    private ITimer CreateInner(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, dueTime, period);
}
