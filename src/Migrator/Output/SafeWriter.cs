using System.Text;
using Migrator.Display;

namespace Migrator.Output;

/// <summary>
/// The last thing that all text passes on its way out: what a terminal would obey is escaped, whoever wrote it. Text waits for
/// <see cref="Flush"/>, so that it is one write, and so that whoever flushes hears whether it came through.
/// </summary>
/// <param name="inner">Where to.</param>
internal sealed class SafeWriter(TextWriter inner) : TextWriter
{
    private readonly StringBuilder waiting = new();

    /// <inheritdoc />
    public override Encoding Encoding => inner.Encoding;

    /// <summary>A writer over another one; the same where it is one already.</summary>
    public static SafeWriter Over(TextWriter writer) => writer as SafeWriter ?? new SafeWriter(writer);

    /// <inheritdoc />
    public override void Write(char value) => waiting.Append(value);

    /// <inheritdoc />
    public override void Write(string? value) => waiting.Append(value);

    /// <inheritdoc />
    public override void Write(ReadOnlySpan<char> buffer) => waiting.Append(buffer);

    /// <inheritdoc />
    public override void Write(char[] buffer, int index, int count) => waiting.Append(buffer, index, count);

    /// <summary>Writes a sequence that a terminal is meant to obey: one of our own, never a text from elsewhere.</summary>
    public void Control(string sequence)
    {
        Flush();
        inner.Write(sequence);
    }

    /// <inheritdoc />
    public override void Flush()
    {
        // Cleared first: what could not be written is not tried again by the next one who flushes.
        var text = waiting.ToString();
        waiting.Clear();
        if (text.Length > 0)
        {
            inner.Write(DisplayText.Escape(text));
        }

        inner.Flush();
    }
}
