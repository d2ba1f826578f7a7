using System.Globalization;
using Migrator.Display;

namespace Migrator.Output;

/// <summary>What the server remarks while it works: the same text once with a number, and not more of them than somebody reads.</summary>
internal sealed class ServerNotices(LogWriter log)
{
    private const int Shown = 100;
    private const int ShownWithDetails = 10_000;
    private const int RepeatsShown = 20;

    private readonly Lock gate = new();
    private readonly Dictionary<(LogLevel Level, string Text, string? Hint), int> again = [];
    private int more;

    /// <summary>Writes a remark, unless it has been written already or too many have.</summary>
    public void Write(LogLevel level, string text, string? hint)
    {
        if (!log.Shows(level))
        {
            return;
        }

        // Cut before it is kept: ten thousand texts of a gigabyte each must not fill the memory. A remedy may have lines, but not this one.
        var (shown, remedy) = (DisplayText.Cut(text, DisplayText.LongestValue), hint?.ReplaceLineEndings(" "));
        remedy = remedy is null ? null : DisplayText.Cut(remedy, DisplayText.LongestValue);
        var notice = (level, shown, remedy);
        lock (gate)
        {
            if (again.TryGetValue(notice, out var times))
            {
                again[notice] = times + 1;
            }
            else if (again.Count < (log.Shows(LogLevel.Detail) ? ShownWithDetails : Shown))
            {
                again.Add(notice, 0);
                log.Write(level, shown, cause: null, remedy);
            }
            else
            {
                more++;
            }
        }
    }

    /// <summary>Writes how many were left out since the last time.</summary>
    public void Sum()
    {
        lock (gate)
        {
            var repeated = again.Where(n => n.Value > 0).OrderByDescending(n => n.Value).ToList();
            foreach (var ((level, text, _), times) in repeated.Take(RepeatsShown))
            {
                log.Write(level, string.Create(CultureInfo.InvariantCulture, $"The server said this {times} more times: {text}"));
            }

            var left = more + repeated.Skip(RepeatsShown).Sum(n => n.Value);
            if (left > 0)
            {
                log.Write(
                    LogLevel.Warning,
                    string.Create(CultureInfo.InvariantCulture, $"{left} more messages of the server are not shown."),
                    cause: null,
                    "Look at the server's log, which has them all; with -v, migrator shows the first 10000.");
            }

            repeated.ForEach(n => again[n.Key] = 0);
            more = 0;
        }
    }
}
