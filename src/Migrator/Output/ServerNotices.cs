using Migrator.Display;

namespace Migrator.Output;

/// <summary>Writes notices of the server: a repeated one once, with a count, and a limited number in all.</summary>
internal sealed class ServerNotices(LogWriter log)
{
    private const int MaxShown = 100;
    private const int MaxShownWithDetails = 10_000;
    private const int MaxRepeatsShown = 20;

    private readonly Lock gate = new();
    private readonly Dictionary<(LogLevel Level, string Text, string? Hint), int> repeats = [];
    private int omitted;

    /// <summary>Writes a notice, unless it has been written before or the limit is reached.</summary>
    public void Write(LogLevel level, PostgresNotice notice)
    {
        if (!log.Shows(level))
        {
            return;
        }

        // Cut before it is stored: ten thousand texts of a gigabyte each must not fill the memory. A remedy may have several lines; one
        // from the server must not.
        var (shown, remedy) = (DisplayText.Cut(notice.MessageText ?? "", DisplayText.MaxValueLength), notice.Hint?.ReplaceLineEndings(" "));
        remedy = remedy is null ? null : DisplayText.Cut(remedy, DisplayText.MaxValueLength);
        var content = (level, shown, remedy);
        lock (gate)
        {
            if (repeats.TryGetValue(content, out var times))
            {
                repeats[content] = times + 1;
            }
            else if (repeats.Count < (log.Shows(LogLevel.Detail) ? MaxShownWithDetails : MaxShown))
            {
                repeats.Add(content, 0);
                log.Write(level, shown, remedy, kind: LogEvent.ServerNotice, fields: Fields(notice));
            }
            else
            {
                omitted++;
            }
        }
    }

    /// <summary>Writes how many notices were omitted since the last call.</summary>
    public void Sum()
    {
        lock (gate)
        {
            var repeated = repeats.Where(n => n.Value > 0).OrderByDescending(n => n.Value).ToList();
            foreach (var ((level, text, _), times) in repeated.Take(MaxRepeatsShown))
            {
                log.Write(level, string.Create(CultureInfo.InvariantCulture, $"The server said this {times} more times: {text}"));
            }

            var left = omitted + repeated.Skip(MaxRepeatsShown).Sum(n => n.Value);
            if (left > 0)
            {
                log.Write(
                    LogLevel.Warning,
                    string.Create(CultureInfo.InvariantCulture, $"{left} more messages of the server are not shown."),
                    "Look at the server's log, which has them all; with -v, migrator shows the first 10000.");
            }

            repeated.ForEach(n => repeats[n.Key] = 0);
            omitted = 0;
        }
    }

    // Of our own warnings, TABLE and COLUMN of the notice name the table and the row.
    private static JsonMembers Fields(PostgresNotice notice) =>
    [
        ("sqlstate", DisplayText.Cut(notice.SqlState, DisplayText.MaxValueLength)),
        .. JsonMembers.Optional("table", Cut(notice.TableName)),
        .. JsonMembers.Optional("row_id", Cut(notice.ColumnName)),
    ];

    private static string? Cut(string? value) =>
        string.IsNullOrEmpty(value) ? null : DisplayText.Cut(value, DisplayText.MaxValueLength);
}
