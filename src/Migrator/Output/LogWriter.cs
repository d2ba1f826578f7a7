using System.Text.Encodings.Web;
using System.Text.Json;

namespace Migrator.Output;

/// <summary>How urgent a message is.</summary>
internal enum LogLevel
{
    /// <summary>Details for finding a fault in migrator or in its surroundings (--vv).</summary>
    Debug,

    /// <summary>What is being done, step by step (-v).</summary>
    Detail,

    /// <summary>What an operator wants to see; not shown with -q.</summary>
    Info,

    /// <summary>Something that an operator should look at.</summary>
    Warning,

    /// <summary>It did not work.</summary>
    Error,
}

/// <summary>Writes the talk, as lines for people or as one JSON object a line. The answer of a command never comes this way.</summary>
/// <param name="writer">Where to, normally stderr.</param>
/// <param name="least">What is less urgent than this is not written.</param>
/// <param name="json">One JSON object a line.</param>
/// <param name="colour">Whether to colour the words "error" and "warning".</param>
/// <param name="time">The clock.</param>
/// <param name="isTerminal">Whether a line can be drawn over, for <see cref="Status"/>.</param>
internal sealed class LogWriter(TextWriter writer, LogLevel least, bool json, bool colour, TimeProvider time, bool isTerminal = false)
{
    private const string EraseLine = "\r\u001b[K";

    // Logs are read by people too; they go into no HTML page.
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Lock gate = new();
    private string? status;

    /// <summary>Whether there is a line at the end that can be drawn over.</summary>
    public bool HasStatus { get; } = isTerminal && !json && least <= LogLevel.Info;

    /// <summary>Draws the line at the end, below all messages; null takes it away. Does nothing where there is none.</summary>
    public void Status(string? text)
    {
        lock (gate)
        {
            if (HasStatus && text != status)
            {
                status = text;
                writer.Write(EraseLine + text);
            }
        }
    }

    /// <summary>Writes one message.</summary>
    /// <param name="level">How urgent it is.</param>
    /// <param name="message">What happened.</param>
    /// <param name="cause">Why.</param>
    /// <param name="remedy">What to do.</param>
    public void Write(LogLevel level, string message, string? cause = null, string? remedy = null)
    {
        if (level < least)
        {
            return;
        }

        lock (gate)
        {
            try
            {
                WriteAboveStatus(level, message, cause, remedy);
            }
            catch (IOException)
            {
                // Nobody hears us any more (stderr is closed, its disk is full). That is no reason to stop at work on a database.
            }
        }
    }

    private void WriteAboveStatus(LogLevel level, string message, string? cause, string? remedy)
    {
        if (status is not null)
        {
            writer.Write(EraseLine);
        }

        if (json)
        {
            WriteJson(level, message, cause, remedy);
        }
        else
        {
            WriteText(level, message, cause, remedy);
        }

        writer.Write(status);
    }

    private void WriteText(LogLevel level, string message, string? cause, string? remedy)
    {
        writer.WriteLine(Prefix(level) + message);
        if (cause is not null)
        {
            writer.WriteLine("  why: " + cause);
        }

        if (remedy is not null)
        {
            writer.WriteLine("  do:  " + remedy);
        }
    }

    private string Prefix(LogLevel level) => (level, colour) switch
    {
        (LogLevel.Error, true) => "\u001b[1;31merror:\u001b[0m ",
        (LogLevel.Error, false) => "error: ",
        (LogLevel.Warning, true) => "\u001b[1;33mwarning:\u001b[0m ",
        (LogLevel.Warning, false) => "warning: ",
        _ => "",
    };

    private void WriteJson(LogLevel level, string message, string? cause, string? remedy)
    {
        using var buffer = new MemoryStream();
        using (var line = new Utf8JsonWriter(buffer, Json))
        {
            line.WriteStartObject();
            line.WriteString("time", time.GetUtcNow());
            line.WriteString("level", NameOf(level));
            line.WriteString("message", message);
            if (cause is not null)
            {
                line.WriteString("cause", cause);
            }

            if (remedy is not null)
            {
                line.WriteString("remedy", remedy);
            }

            line.WriteEndObject();
        }

        writer.WriteLine(System.Text.Encoding.UTF8.GetString(buffer.ToArray()));
    }

    private static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Debug or LogLevel.Detail => "debug",
        LogLevel.Info => "info",
        LogLevel.Warning => "warning",
        _ => "error",
    };
}
