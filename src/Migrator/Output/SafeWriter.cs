using System.Text;
using Migrator.Display;

namespace Migrator.Output;

/// <summary>
/// Escapes control characters in all output of the program, whatever its source. Text is buffered until <see cref="Flush"/>, so that it is
/// one write, and so that the caller of <see cref="Flush"/> gets the error if it fails.
/// </summary>
/// <param name="inner">The destination.</param>
internal sealed class SafeWriter(TextWriter inner) : TextWriter
{
    private readonly StringBuilder escaped = new();
    private readonly StringBuilder waiting = new();

    /// <inheritdoc />
    public override Encoding Encoding => inner.Encoding;

    /// <summary>Returns a safe writer for a writer; a safe writer is returned as it is.</summary>
    public static SafeWriter Over(TextWriter writer) => writer as SafeWriter ?? new SafeWriter(writer);

    /// <inheritdoc />
    public override void Write(char value) => waiting.Append(value);

    /// <inheritdoc />
    public override void Write(string? value) => waiting.Append(value);

    /// <inheritdoc />
    public override void Write(ReadOnlySpan<char> buffer) => waiting.Append(buffer);

    /// <inheritdoc />
    public override void Write(char[] buffer, int index, int count) => waiting.Append(buffer, index, count);

    /// <summary>
    /// Writes a control sequence for the terminal, unescaped. It must be a constant of migrator, never text from elsewhere.
    /// </summary>
    public void Control(string sequence)
    {
        EscapeWaiting();
        escaped.Append(sequence);
    }

    /// <inheritdoc />
    public override void Flush()
    {
        EscapeWaiting();

        // Cleared first: text that could not be written must not be written by a later flush.
        var text = escaped.ToString();
        escaped.Clear();
        if (text.Length > 0)
        {
            inner.Write(text);
        }

        inner.Flush();
    }

    /// <summary>Flushes at once. The method of the base class would start a thread to do so.</summary>
    public override Task FlushAsync()
    {
        Flush();
        return Task.CompletedTask;
    }

    private void EscapeWaiting()
    {
        if (waiting.Length > 0)
        {
            escaped.Append(DisplayText.Escape(waiting.ToString()));
            waiting.Clear();
        }
    }
}
