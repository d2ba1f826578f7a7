using System.Buffers;
using Migrator.Configuration.Bytes;

namespace Migrator.Configuration.Files;

/// <summary>
/// Reads the lines of a file, without comments and with continuations joined. Kong: a line whose first visible character is <c>#</c> or
/// <c>;</c> is a comment, even within a continuation. A line that ends in a backslash (white space after it is ignored) continues on the
/// next line; the text before the backslash and the next line are kept unchanged.
/// </summary>
/// <param name="file">The bytes of the file.</param>
internal sealed class LineReader(ReadOnlyMemory<byte> file)
{
    private readonly ArrayBufferWriter<byte> joined = new();
    private int position;
    private int line;

    /// <summary>
    /// The line just read. After <see cref="Read"/> has returned false: the continuation that the end of the file cut off, or nothing.
    /// </summary>
    public ReadOnlyMemory<byte> Text { get; private set; }

    /// <summary>The number of the first line of <see cref="Text"/>.</summary>
    public int FirstLine { get; private set; }

    /// <summary>Called for each line that a backslash joined to the one above.</summary>
    public Action<int, ReadOnlyMemory<byte>>? Joined { get; init; }

    /// <summary>Called for each comment and each line of white space.</summary>
    public Action<int, ReadOnlyMemory<byte>>? Comment { get; init; }

    /// <summary>Reads the next line; returns false at the end of the file.</summary>
    public bool Read()
    {
        joined.ResetWrittenCount();
        var continues = false;
        while (TryTake(out var taken))
        {
            var visible = Ascii.TrimEnd(taken.Span);
            if (visible.IsEmpty || IsComment(visible))
            {
                Comment?.Invoke(line, taken);
                continue;
            }

            Note(continues, taken);
            if (visible[^1] != '\\')
            {
                Text = continues ? Join(taken.Span) : taken;
                return true;
            }

            continues = true;
            Join(visible[..^1]);
        }

        // Kong: a continuation that the end of the file cuts off is discarded as a whole.
        Text = joined.WrittenMemory;
        return false;
    }

    private void Note(bool continues, ReadOnlyMemory<byte> taken)
    {
        if (continues)
        {
            Joined?.Invoke(line, taken);
        }
        else
        {
            FirstLine = line;
        }
    }

    private ReadOnlyMemory<byte> Join(ReadOnlySpan<byte> part)
    {
        joined.Write(part);
        return joined.WrittenMemory;
    }

    private bool TryTake(out ReadOnlyMemory<byte> taken)
    {
        // Skips any number of empty lines at once.
        var empty = file.Span[position..].IndexOfAnyExcept((byte)'\n');
        position = empty < 0 ? file.Length : position + empty;
        line += Math.Max(empty, 0);

        var rest = file[position..];
        var end = rest.Span.IndexOf((byte)'\n');
        taken = end < 0 ? rest : rest[..end];
        position += end < 0 ? rest.Length : end + 1;
        line++;
        return !rest.IsEmpty;
    }

    private static bool IsComment(ReadOnlySpan<byte> visible) => Ascii.TrimStart(visible)[0] is (byte)'#' or (byte)';';
}
