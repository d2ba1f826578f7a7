using System.Buffers;
using Migrator.Configuration.Bytes;

namespace Migrator.Configuration.Files;

/// <summary>
/// The lines of a file after comments are skipped and continuations joined. Kong: a line whose first visible character is <c>#</c> or
/// <c>;</c> is a comment, also in the middle of a continuation; a line that ends in a backslash (white space behind it does not count) goes
/// on in the next one; the text before the backslash and the next line are kept as they are.
/// </summary>
/// <param name="file">The bytes of the file.</param>
internal sealed class LineReader(ReadOnlyMemory<byte> file)
{
    private readonly ArrayBufferWriter<byte> joined = new();
    private int position;
    private int line;

    /// <summary>
    /// The line just read; where <see cref="Read"/> said no, the continuation that the end of the file cut off, or nothing.
    /// </summary>
    public ReadOnlyMemory<byte> Text { get; private set; }

    /// <summary>The number of its first line.</summary>
    public int FirstLine { get; private set; }

    /// <summary>Called with each line that a backslash made part of the one above.</summary>
    public Action<int, ReadOnlyMemory<byte>>? Joined { get; init; }

    /// <summary>Called with each comment.</summary>
    public Action<int, ReadOnlyMemory<byte>>? Comment { get; init; }

    /// <summary>Reads the next line.</summary>
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

        // Kong: a continuation that the end of the file cuts off is dropped as a whole.
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
        // Empty lines, however many, at once.
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
