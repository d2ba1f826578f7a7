namespace Migrator.Advice.Rules;

/// <summary>One block of a text in the form PEM, as OpenSSL finds it: its first and its last line are lines of their own.</summary>
/// <param name="Label">What it holds, such as <c>CERTIFICATE</c>.</param>
/// <param name="Lines">The lines between the first and the last.</param>
internal sealed record PemBlock(string Label, IReadOnlyList<string> Lines)
{
    private const string Begin = "-----BEGIN ";
    private const string Dashes = "-----";
    private const byte Sequence = 0x30;
    private const byte LongLength = 0x80;

    /// <summary>Whether a passphrase is needed to read it. The gateway has none.</summary>
    public bool IsEncrypted => Label.StartsWith("ENCRYPTED ", StringComparison.Ordinal)
        || Lines.Any(l => l.StartsWith("Proc-Type:", StringComparison.Ordinal));

    /// <summary>Finds the blocks of a text. A block without its last line ends the search.</summary>
    public static IEnumerable<PemBlock> Find(string text)
    {
        var lines = text.TrimStart('\ufeff').Split('\n').Select(l => l.TrimEnd()).ToArray();
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i];
            if (line.Length <= Begin.Length + Dashes.Length || !line.StartsWith(Begin, StringComparison.Ordinal)
                || !line.EndsWith(Dashes, StringComparison.Ordinal))
            {
                continue;
            }

            var label = line[Begin.Length..^Dashes.Length];
            var end = Array.IndexOf(lines, $"-----END {label}-----", i + 1);
            if (end < 0)
            {
                yield break;
            }

            yield return new PemBlock(label, lines[(i + 1)..end]);
            i = end;
        }
    }

    /// <summary>Reads the data, a sequence of ASN.1; null if there is none.</summary>
    public byte[]? Read()
    {
        // A blank line ends the lines of a header, of which there may be none.
        var lines = Lines.Skip(Lines is ["", ..] ? 1 : 0);
        if (lines.Any(l => l.Length == 0 || l.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('+' or '/' or '='))))
        {
            return null;
        }

        var text = string.Concat(Lines);
        var data = new byte[text.Length];
        return Convert.TryFromBase64String(text, data, out var length) && IsSequence(data.AsSpan(0, length)) ? data[..length] : null;
    }

    private static bool IsSequence(ReadOnlySpan<byte> data)
    {
        if (data.Length < 2 || data[0] != Sequence)
        {
            return false;
        }

        var count = data[1] < LongLength ? 0 : data[1] - LongLength;
        if (count > sizeof(int) - 1 || data.Length < 2 + count)
        {
            return false;
        }

        var length = count == 0 ? data[1] : 0;
        foreach (var next in data.Slice(2, count))
        {
            length = length << 8 | next;
        }

        return length <= data.Length - 2 - count;
    }
}
