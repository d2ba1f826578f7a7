using Migrations;
using Migrations.Compiling;
using Migrator.Execution;
using Migrator.Output;

namespace Migrator.Tests.Output;

internal sealed class ProgressTests
{
    private static readonly IReadOnlyList<MigrationStep> Steps =
        [.. Catalogue.Subsystems[0].Migrations.Take(4).Select(m => new MigrationStep(Catalogue.Subsystems[0], m, Phase.Up))];

    [Test]
    public void In_a_log_a_long_step_reports_its_time_and_rows_every_few_seconds()
    {
        using var writer = new StringWriter();
        var time = new ManualTime();
        var progress = new Progress(new LogWriter(writer, LogLevel.Info, json: false, colour: false, time), time);

        progress.Begin(Steps);
        progress.Done(1);
        progress.Rows(40_000);
        progress.Rows(2);
        time.Advance(TimeSpan.FromSeconds(5));
        progress.Stop();
        time.Advance(TimeSpan.FromSeconds(5));

        Assert.That(writer.ToString().Trim(), Is.EqualTo("running core/003_100_to_110: 5 s, 40002 rows"));
    }

    [Test]
    public void On_a_terminal_it_is_a_bar_on_one_line_below_the_messages()
    {
        using var writer = new StringWriter();
        var time = new ManualTime();
        var log = new LogWriter(writer, LogLevel.Info, json: false, colour: false, time, isTerminal: true);
        var progress = new Progress(log, time);

        progress.Begin(Steps);
        progress.Done(2);
        time.Advance(TimeSpan.FromSeconds(1));
        log.Write(LogLevel.Info, "a message");
        progress.Done(2);

        const string Bar = "[##########----------] 2/4  core/004_110_to_120: 1 s";
        Assert.That(writer.ToString(), Is.EqualTo($"\r\u001b[K{Bar}\r\u001b[Ka message\n{Bar}\r\u001b[K"));
    }

    [Test]
    public void With_q_or_as_JSON_there_is_no_bar()
    {
        using var writer = new StringWriter();
        var time = new ManualTime();
        foreach (var (least, json) in new[] { (LogLevel.Warning, false), (LogLevel.Info, true) })
        {
            var progress = new Progress(new LogWriter(writer, least, json, colour: false, time, isTerminal: true), time);
            progress.Begin(Steps);
            time.Advance(TimeSpan.FromSeconds(1));
            progress.Stop();
        }

        Assert.That(writer.ToString(), Is.Empty);
    }

    /// <summary>A clock that advances only when the test says so.</summary>
    [Test]
    public void Rows_that_are_examined_are_reported_every_few_seconds()
    {
        using var writer = new StringWriter();
        var time = new ManualTime();
        var rows = 0L;
        using (new Messages(new LogWriter(writer, LogLevel.Info, json: false, colour: false, time)).Examining(time, () => rows))
        {
            time.Advance(TimeSpan.FromSeconds(5));
            rows = 12_345;
            time.Advance(TimeSpan.FromSeconds(5));
        }

        time.Advance(TimeSpan.FromSeconds(5));
        Assert.That(writer.ToString(), Is.EqualTo("copying the tables and trying the migrations on the copies\nexamined 12,345 rows\n"));
    }

    private sealed class ManualTime : TimeProvider
    {
        private readonly List<ManualTimer> timers = [];
        private TimeSpan now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => now.Ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new ManualTimer(callback, period);
            timers.Add(timer);
            return timer;
        }

        public void Advance(TimeSpan by)
        {
            now += by;
            timers.ForEach(t => t.FireWithin(by));
        }

        private sealed class ManualTimer(TimerCallback callback, TimeSpan period) : ITimer
        {
            private bool isDisposed;

            public void FireWithin(TimeSpan time)
            {
                if (!isDisposed && time >= period)
                {
                    callback(null);
                }
            }

            public bool Change(TimeSpan dueTime, TimeSpan period) => false;

            public void Dispose() => isDisposed = true;

            public ValueTask DisposeAsync()
            {
                Dispose();
                return ValueTask.CompletedTask;
            }
        }
    }
}
