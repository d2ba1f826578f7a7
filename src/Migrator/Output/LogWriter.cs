using System.Text.Encodings.Web;
using System.Text.Json;
using Migrator.Display;

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

/// <summary>
/// Writes the talk, as lines for people or as one JSON object a line. The answer of a command never comes this way. Whatever text is in a
/// message, it cannot look like the beginning of another one.
/// </summary>
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

    // What a continued line has in front, in the column of the text behind "do:".
    private const string Indent = "       ";

    private const int LongestBlock = 10 * DisplayText.LongestLine;

    private readonly Lock gate = new();
    private readonly SafeWriter output = SafeWriter.Over(writer);
    private string? status;

    /// <summary>Whether there is a line at the end that can be drawn over.</summary>
    public bool HasStatus { get; } = isTerminal && !json && least <= LogLevel.Info;

    /// <summary>Whether messages of a level are written.</summary>
    public bool Shows(LogLevel level) => level >= least;

    /// <summary>Draws the line at the end, below all messages; null takes it away. Does nothing where there is none.</summary>
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
    /// <param name="level">How urgent it is.</param>
    /// <param name="message">What happened.</param>
    /// <param name="cause">Why.</param>
    /// <param name="remedy">What to do.</param>
    public void Write(LogLevel level, string message, string? cause = null, string? remedy = null) =>
        Write(level, [message], cause, remedy);

    /// <summary>Writes one message of several lines.</summary>
    /// <param name="level">How urgent it is.</param>
    /// <param name="lines">What happened.</param>
    /// <param name="cause">Why.</param>
    /// <param name="remedy">What to do.</param>
    public void Write(LogLevel level, IReadOnlyList<string> lines, string? cause = null, string? remedy = null)
    {
        if (!Shows(level))
        {
            return;
        }

        lock (gate)
        {
            Try(() => WriteAboveStatus(level, lines, cause, remedy));
        }
    }

    /// <summary>Writes a question: the reply is typed behind it.</summary>
    public void Ask(string question)
    {
        lock (gate)
        {
            Try(() =>
            {
                if (json)
                {
                    WriteJson(LogLevel.Info, [question], cause: null, remedy: null);
                }
                else
                {
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
            // Nobody hears us any more (stderr is closed, its disk is full). That is no reason to stop at work on a database.
        }
    }

    private void WriteAboveStatus(LogLevel level, IReadOnlyList<string> lines, string? cause, string? remedy)
    {
        if (status is not null)
        {
            output.Control(EraseLine);
        }

        if (json)
        {
            WriteJson(level, lines, cause, remedy);
        }
        else
        {
            WriteText(level, lines, cause, remedy);
        }

        output.Write(status);
    }

    private void WriteText(LogLevel level, IReadOnlyList<string> lines, string? cause, string? remedy)
    {
        WritePrefix(level);
        foreach (var line in lines)
        {
            output.WriteLine(DisplayText.Line(line, DisplayText.LongestLine));
        }

        if (cause is not null)
        {
            output.WriteLine("  why: " + DisplayText.Block(cause));
        }

        if (remedy is not null)
        {
            output.WriteLine("  do:  " + DisplayText.Block(remedy, Indent));
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

    private void WriteJson(LogLevel level, IReadOnlyList<string> lines, string? cause, string? remedy)
    {
        using var buffer = new MemoryStream();
        using (var line = new Utf8JsonWriter(buffer, Json))
        {
            line.WriteStartObject();
            line.WriteString("time", time.GetUtcNow());
            line.WriteString("level", NameOf(level));
            line.WriteString("message", string.Join('\n', lines.Select(l => DisplayText.Cut(l, DisplayText.LongestLine))));
            if (cause is not null)
            {
                line.WriteString("cause", DisplayText.Cut(cause, LongestBlock));
            }

            if (remedy is not null)
            {
                line.WriteString("remedy", DisplayText.Cut(remedy, LongestBlock));
            }

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
}
