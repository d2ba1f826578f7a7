using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Migrator.Configuration.Bytes;

/// <summary>
/// Converts bytes to text and back without loss. Kong: bytes pass through unchanged. Valid UTF-8 becomes text; every other byte becomes one
/// character from U+DC80 to U+DCFF, which valid UTF-8 cannot contain (PEP 383 does the same).
/// </summary>
internal static class ByteText
{
    private const char FirstEscape = '\uDC80';
    private const char LastEscape = '\uDCFF';
    private const int EscapeBase = 0xDC00;

    /// <summary>Converts bytes to text.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        var text = new char[bytes.Length];
        var written = 0;
        while (!bytes.IsEmpty)
        {
            var status = Utf8.ToUtf16(bytes, text.AsSpan(written), out var read, out var produced, replaceInvalidSequences: false);
            written += produced;
            bytes = bytes[read..];
            if (status is OperationStatus.InvalidData or OperationStatus.NeedMoreData)
            {
                text[written++] = (char)(EscapeBase + bytes[0]);
                bytes = bytes[1..];
            }
        }

        return new string(text, 0, written);
    }

    /// <summary>Converts text to bytes.</summary>
    public static byte[] Encode(string text)
    {
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        var written = 0;
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            Utf8.FromUtf16(rest, bytes.AsSpan(written), out var read, out var produced, replaceInvalidSequences: false);
            written += produced;
            rest = rest[read..];
            if (!rest.IsEmpty)
            {
                bytes[written++] = IsEscape(rest[0]) ? (byte)(rest[0] - EscapeBase) : (byte)'?';
                rest = rest[1..];
            }
        }

        return bytes[..written];
    }

    /// <summary>Whether the bytes of the text are valid UTF-8, so that it can be sent to a server as text.</summary>
    public static bool IsUtf8(string text) => !text.AsSpan().ContainsAnyInRange(FirstEscape, LastEscape)
        || Encode(text).AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(text));

    private static bool IsEscape(char character) => character is >= FirstEscape and <= LastEscape;
}
