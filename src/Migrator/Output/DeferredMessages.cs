namespace Migrator.Output;

/// <summary>
/// Keeps what is remarked on the way to a connection until it is known whether there is one. Who reads one line of a log, as many an alert
/// does, is to read why a run failed, and not something that is true of every run.
/// </summary>
internal sealed class DeferredMessages(LogWriter log)
{
    private readonly Lock gate = new();
    private List<Action>? waiting = [];

    /// <summary>Writes a message, now or when the others are written.</summary>
    public void Write(LogLevel level, string message, string? remedy = null)
    {
        lock (gate)
        {
            if (waiting is null)
            {
                log.Write(level, message, cause: null, remedy);
            }
            else
            {
                waiting.Add(() => log.Write(level, message, cause: null, remedy));
            }
        }
    }

    /// <summary>Writes what has been held back, in the order in which it came. From now on nothing is.</summary>
    public void Release()
    {
        lock (gate)
        {
            waiting?.ForEach(write => write());
            waiting = null;
        }
    }
}
