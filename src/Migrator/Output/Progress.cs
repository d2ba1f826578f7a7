using Migrator.Execution;

namespace Migrator.Output;

/// <summary>
/// Shows the progress of a long run. On a terminal it redraws a bar on one line. In a log it writes a line every few seconds while a step
/// runs.
/// </summary>
internal sealed class Progress(LogWriter log, TimeProvider time)
{
    private const int Width = 20;

    /// <summary>The longest line that the narrowest terminal shows without wrapping.</summary>
    private const int MaxLineLength = 79;

    /// <summary>How often a line is written.</summary>
    public static readonly TimeSpan InLog = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan OnTerminal = TimeSpan.FromMilliseconds(200);

    private readonly Lock gate = new();
    private IReadOnlyList<MigrationStep> steps = [];
    private ITimer? timer;
    private long stepBegan;
    private long rows;
    private int done;

    /// <summary>Starts showing a run, or continues with other steps.</summary>
    public void Begin(IReadOnlyList<MigrationStep> all)
    {
        lock (gate)
        {
            (steps, done) = (all, 0);
            BeginStep();
            var period = log.HasStatus ? OnTerminal : InLog;
            timer ??= time.CreateTimer(_ => Show(), state: null, period, period);
        }
    }

    /// <summary>Records that steps are done.</summary>
    public void Done(int count)
    {
        lock (gate)
        {
            done += count;
            BeginStep();
            if (done >= steps.Count)
            {
                Stop();
            }
        }
    }

    /// <summary>Records that more rows are done.</summary>
    public void Rows(long count)
    {
        lock (gate)
        {
            rows += count;
        }
    }

    /// <summary>Stops showing progress.</summary>
    public void Stop()
    {
        lock (gate)
        {
            timer?.Dispose();
            timer = null;
            log.Status(null);
        }
    }

    private void BeginStep()
    {
        stepBegan = time.GetTimestamp();
        rows = 0;
    }

    private void Show()
    {
        lock (gate)
        {
            if (timer is null)
            {
                return;
            }

            var elapsed = time.GetElapsedTime(stepBegan);
            var step = done < steps.Count ? steps[done] : null;
            var what = $"{step}: {elapsed.TotalSeconds:0} "
                + $"s{(rows == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {rows} rows"))}";
            if (log.HasStatus)
            {
                var filled = Width * done / Math.Max(steps.Count, 1);
                var line = $"[{new string('#', filled)}{new string('-', Width - filled)}] {done}/{steps.Count}  {what}";
                log.Status(line.Length < MaxLineLength ? line : line[..MaxLineLength]);
            }
            else
            {
                log.Write(
                    LogLevel.Info,
                    $"  running {what}",
                    kind: LogEvent.StepRunning,
                    fields: [.. Messages.Names(step), ("duration_ms", Math.Round(elapsed.TotalMilliseconds)), ("rows", rows)]);
            }
        }
    }
}
