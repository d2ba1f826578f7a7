using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;

namespace Migrator.Tests.Resilience;

/// <summary>A clock that advances only while a delay waits for it.</summary>
/// <remarks>
/// Work on another thread of a busy machine therefore takes no time. A deadline (<see cref="CancellationTokenSource"/>) does not count as a
/// delay: it is set while work goes on, and would expire before the work is done.
/// </remarks>
internal sealed class TestClock : FakeTimeProvider
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan MostRealTime = TimeSpan.FromMinutes(1);

    private int waiting;

    /// <summary>Advances time until a task has ended, and returns by how much.</summary>
    /// <param name="task">The task. Its exception is thrown.</param>
    /// <param name="most">The most time that may pass, so that the test ends in any case.</param>
    public async Task<TimeSpan> PassUntilAsync(Task task, TimeSpan most)
    {
        var passed = await PassUntilEndAsync(task, most);
        await task;
        return passed;
    }

    /// <summary>Advances time until a task has ended, even with an error, and returns by how much.</summary>
    public async Task<TimeSpan> PassUntilEndAsync(Task task, TimeSpan most)
    {
        var began = GetTimestamp();
        await PassUntilAsync(() => task.IsCompleted, most);
        return GetElapsedTime(began);
    }

    /// <summary>Advances time until a condition holds; the condition is checked after each tick.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="most">The most time that may pass. After that the clock stands still, and work on another thread may still end.</param>
    public async Task PassUntilAsync(Func<bool> condition, TimeSpan most)
    {
        var (began, really) = (GetTimestamp(), Stopwatch.GetTimestamp());
        while (!condition() && Stopwatch.GetElapsedTime(really) < MostRealTime)
        {
            if (Volatile.Read(ref waiting) > 0 && GetElapsedTime(began) < most)
            {
                Advance(Tick);
            }

            await Task.Yield();
        }

        Assert.That(condition(), Is.True, $"It did not end within {most} of the clock.");
    }

    /// <inheritdoc />
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new CountedTimer(this, callback, state, dueTime, period);

    /// <summary>A timer that counts as a waiting delay from when it is set until it fires or is disposed.</summary>
    private sealed class CountedTimer : ITimer
    {
        private readonly TestClock clock;
        private readonly ITimer timer;
        private readonly bool isDeadline;
        private int isSet;

        public CountedTimer(TestClock clock, TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            this.clock = clock;
            isDeadline = state is CancellationTokenSource;
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
            if (!isDeadline && dueTime != Timeout.InfiniteTimeSpan && Interlocked.Exchange(ref isSet, 1) == 0)
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
