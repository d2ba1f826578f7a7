using System.Text.Encodings.Web;
using System.Text.Json;
using Migrator.Display;

namespace Migrator.Output;

/// <summary>The level of a message.</summary>
internal enum LogLevel
{
    /// <summary>Details for finding a fault in migrator or its environment (<c>--vv</c>).</summary>
    Debug,

    /// <summary>Each step of the work (<c>-v</c>).</summary>
    Detail,

    /// <summary>Information for the operator; hidden by <c>-q</c>.</summary>
    Info,

    /// <summary>A condition that the operator should check.</summary>
    Warning,

    /// <summary>The command failed.</summary>
    Error,
}

/// <summary>
/// Writes messages, as text or as one JSON object per line. A command's answer is never written here. No text within a message can look
/// like the start of another message.
/// </summary>
/// <param name="writer">The destination, normally stderr.</param>
/// <param name="least">The lowest level that is written.</param>
/// <param name="json">Whether to write one JSON object per line.</param>
/// <param name="colour">Whether to colour the words "error" and "warning".</param>
/// <param name="time">The clock.</param>
/// <param name="isTerminal">Whether a line can be redrawn, for <see cref="Status"/>.</param>
internal sealed class LogWriter(TextWriter writer, LogLevel least, bool json, bool colour, TimeProvider time, bool isTerminal = false)
{
    /// <summary>A random name of the run, the same in each line of a log in JSON and in the table <c>locks</c>.</summary>
    // From a Guid: RandomNumberGenerator would make a run without TLS load OpenSSL, 3 of its 20 milliseconds.
    public string RunId
    {
        get
        {
            lock (gate)
            {
                return runId ??= Guid.NewGuid().ToString("N")[..8];
            }
        }
    }

    private const string EraseLine = "\r\u001b[K";

    // Keeps non-ASCII characters readable. The escaping for HTML is not needed: logs are not part of an HTML page.
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // Aligns a continued line with the text after "do:".
    private const string Indent = "       ";

    private readonly Lock gate = new();
    private readonly SafeWriter output = SafeWriter.Over(writer);
    private string? runId;
    private string? status;

    /// <summary>Whether there is a status line, the last line, which is redrawn.</summary>
    public bool HasStatus { get; } = isTerminal && !json && least <= LogLevel.Info;

    /// <summary>Whether messages are written as JSON.</summary>
    public bool IsJson => json;

    /// <summary>Whether messages of a level are written.</summary>
    public bool Shows(LogLevel level) => level >= least;

    /// <summary>Draws the status line below all messages; null removes it. Does nothing if there is no status line.</summary>
    public void Status(string? text)
    {
        lock (gate)
        {
            if (HasStatus && text != status)
            {
                status = text is null ? null : DisplayText.Line(text);
                Try(() =>
                {
                    output.Control(EraseLine);
                    output.Write(status);
                });
            }
        }
    }

    /// <summary>Writes one message.</summary>
    /// <param name="level">The level.</param>
    /// <param name="message">What happened.</param>
    /// <param name="remedy">What to do.</param>
    /// <param name="cause">Why it happened.</param>
    /// <param name="kind">What the message reports; for a log in JSON.</param>
    /// <param name="fields">The values of the event; for a log in JSON.</param>
    public void Write(
        LogLevel level,
        string message,
        string? remedy = null,
        string? cause = null,
        LogEvent kind = LogEvent.Message,
        JsonMembers? fields = null) =>
        Write(level, [message], remedy, cause, kind, fields);

    /// <summary>Writes one message of several lines.</summary>
    /// <inheritdoc cref="Write(LogLevel, string, string?, string?, LogEvent, JsonMembers?)"/>
    public void Write(
        LogLevel level,
        IReadOnlyList<string> lines,
        string? remedy = null,
        string? cause = null,
        LogEvent kind = LogEvent.Message,
        JsonMembers? fields = null)
    {
        if (!Shows(level))
        {
            return;
        }

        lock (gate)
        {
            Try(() => WriteAboveStatus(level, new Content(lines, cause, remedy, kind, fields)));
        }
    }

    /// <summary>Writes what a question is about, and the question. The user types the reply after it.</summary>
    public void Ask(IReadOnlyList<string> about, string question)
    {
        lock (gate)
        {
            Try(() =>
            {
                if (json)
                {
                    WriteJson(LogLevel.Info, new Content([.. about, question], Cause: null, Remedy: null, LogEvent.Question, Fields: null));
                }
                else
                {
                    about.ToList().ForEach(line => output.WriteLine(DisplayText.Line(line, DisplayText.MaxLineLength)));
                    output.Write(DisplayText.Line(question) + " ");
                }
            });
        }
    }

    private void Try(Action write)
    {
        try
        {
            write();
            output.Flush();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            // Messages can no longer be written (stderr is closed, or its disk is full). Work on a database must not stop for that.
        }
    }

    private void WriteAboveStatus(LogLevel level, Content content)
    {
        if (status is not null)
        {
            output.Control(EraseLine);
        }

        if (json)
        {
            WriteJson(level, content);
        }
        else
        {
            WriteText(level, content);
        }

        output.Write(status);
    }

    private void WriteText(LogLevel level, Content content)
    {
        WritePrefix(level);
        foreach (var line in content.Lines)
        {
            output.WriteLine(DisplayText.Line(line, DisplayText.MaxLineLength));
        }

        if (content.Cause is { } cause)
        {
            output.WriteLine("  why: " + DisplayText.Line(cause, DisplayText.MaxLineLength));
        }

        if (content.Remedy is { } remedy)
        {
            output.WriteLine("  do:  " + DisplayText.Block(DisplayText.Sql(remedy), Indent));
        }
    }

    private void WritePrefix(LogLevel level)
    {
        var (sequence, word) = level switch
        {
            LogLevel.Error => ("\u001b[1;31m", "error:"),
            LogLevel.Warning => ("\u001b[1;33m", "warning:"),
            _ => ("", ""),
        };
        if (word.Length == 0)
        {
            return;
        }

        output.Control(colour ? sequence : "");
        output.Write(word);
        output.Control(colour ? "\u001b[0m" : "");
        output.Write(' ');
    }

    private void WriteJson(LogLevel level, Content content)
    {
        using var buffer = new MemoryStream();
        using (var line = new Utf8JsonWriter(buffer, Json))
        {
            line.WriteStartObject();
            line.WriteString("time", time.GetUtcNow());
            line.WriteString("level", NameOf(level));
            line.WriteString("event", content.Kind.Name());
            line.WriteString("run_id", RunId);
            line.WriteString("message", string.Join('\n', content.Lines.Select(l => DisplayText.Cut(l, DisplayText.MaxLineLength))));
            if (content.Cause is { } cause)
            {
                line.WriteString("cause", DisplayText.Cut(cause, DisplayText.MaxBlockLength));
            }

            if (content.Remedy is { } remedy)
            {
                line.WriteString("remedy", DisplayText.Cut(DisplayText.Sql(remedy), DisplayText.MaxBlockLength));
            }

            content.Fields?.WriteTo(line);
            line.WriteEndObject();
        }

        output.WriteLine(System.Text.Encoding.UTF8.GetString(buffer.ToArray()));
    }

    private static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Debug or LogLevel.Detail => "debug",
        LogLevel.Info => "info",
        LogLevel.Warning => "warning",
        _ => "error",
    };

    private sealed record Content(
        IReadOnlyList<string> Lines, string? Cause, string? Remedy, LogEvent Kind, JsonMembers? Fields);
}
