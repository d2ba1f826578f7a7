using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;

namespace Migrator.Tests.Resilience;

/// <summary>A clock that advances only while a delay waits for it.</summary>
/// <remarks>
/// Work on another thread of a busy machine therefore takes no time. A deadline (<see cref="CancellationTokenSource"/>) does not count as a
/// delay: it is set while work goes on, and would expire before the work is done.
/// </remarks>
internal class TestClock : FakeTimeProvider
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan MaxRealTime = TimeSpan.FromMinutes(1);

    private int waiting;

    /// <summary>Whether a delay waits, so that time may pass.</summary>
    public bool HasWaitingDelay => Volatile.Read(ref waiting) > 0;

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
        while (!condition() && Stopwatch.GetElapsedTime(really) < MaxRealTime)
        {
            if (HasWaitingDelay && GetElapsedTime(began) < most)
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

    /// <summary>Creates the timer itself; a delay counts as waiting only after that.</summary>
    protected virtual ITimer Register(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, dueTime, period);

    /// <summary>A timer that counts as a waiting delay from when it is registered until it fires or is disposed.</summary>
    /// <remarks>
    /// Counted before it is registered, a thread that the machine stops in between would let minutes of the clock pass.
    /// </remarks>
    private sealed class CountedTimer : ITimer
    {
        private const int Idle = 0;
        private const int Waiting = 1;
        private const int Ended = 2;

        private readonly TestClock clock;
        private readonly ITimer timer;
        private readonly bool isDeadline;
        private int state;

        public CountedTimer(TestClock clock, TimerCallback callback, object? argument, TimeSpan dueTime, TimeSpan period)
        {
            this.clock = clock;
            isDeadline = argument is CancellationTokenSource;
            timer = clock.Register(
                s =>
                {
                    Leave(Ended);
                    callback(s);
                },
                argument, dueTime, period);
            Count(dueTime);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Leave(Idle);
            var changed = timer.Change(dueTime, period);
            Count(dueTime);
            return changed;
        }

        public void Dispose()
        {
            Leave(Ended);
            timer.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Leave(Ended);
            return timer.DisposeAsync();
        }

        /// <summary>Counts the delay, unless it has fired since it was registered.</summary>
        private void Count(TimeSpan dueTime)
        {
            if (!isDeadline && dueTime != Timeout.InfiniteTimeSpan && Interlocked.CompareExchange(ref state, Waiting, Idle) == Idle)
            {
                Interlocked.Increment(ref clock.waiting);
            }
        }

        private void Leave(int next)
        {
            if (Interlocked.Exchange(ref state, next) == Waiting)
            {
                Interlocked.Decrement(ref clock.waiting);
            }
        }
    }
}
