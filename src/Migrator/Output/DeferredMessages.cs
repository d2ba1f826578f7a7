namespace Migrator.Output;

/// <summary>
/// Holds messages back until the connection is made or has failed. If a run fails, the first line of its log then is the error, not a
/// warning that is true of every run: an alert often shows only that line.
/// </summary>
internal sealed class DeferredMessages(LogWriter log)
{
    private readonly Lock gate = new();
    private List<Action>? waiting = [];
    private int length;

    /// <summary>Writes a message, or holds it back until <see cref="Release"/>.</summary>
    public void Write(LogLevel level, string message, string? remedy = null, LogEvent kind = LogEvent.Message)
    {
        lock (gate)
        {
            if (waiting is null)
            {
                log.Write(level, message, remedy, kind: kind);
            }
            else
            {
                length += log.Shows(level) ? message.Length + (remedy?.Length ?? 0) : 0;
                waiting.Add(() => log.Write(level, message, remedy, kind: kind));
            }
        }
    }

    /// <summary>Writes the messages held back, in their order. Later messages are written at once.</summary>
    /// <returns>About how many characters were written.</returns>
    public int Release()
    {
        lock (gate)
        {
            waiting?.ForEach(write => write());
            waiting = null;
            var written = length;
            length = 0;
            return written;
        }
    }
}
