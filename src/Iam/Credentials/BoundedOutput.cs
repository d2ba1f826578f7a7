using System.Buffers;

namespace Migrator.Iam.Credentials;

/// <summary>Collects the output of a program up to a size limit.</summary>
/// <param name="maxBytes">The limit in bytes.</param>
internal sealed class BoundedOutput(int maxBytes)
{
    private readonly Lock gate = new();
    private readonly ArrayBufferWriter<byte> content = new();

    /// <summary>Whether the output exceeded the limit.</summary>
    public bool IsTooLarge { get; private set; }

    /// <summary>Reads a stream to its end or to the limit.</summary>
    public async Task ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[4096];
        while (!IsTooLarge && await stream.ReadAsync(buffer, cancellationToken) is > 0 and var count)
        {
            lock (gate)
            {
                IsTooLarge = content.WrittenCount + count > maxBytes;
                content.Write(buffer.AsSpan(0, IsTooLarge ? 0 : count));
            }
        }
    }

    /// <summary>Returns the output read so far.</summary>
    public byte[] ToArray()
    {
        lock (gate)
        {
            return content.WrittenSpan.ToArray();
        }
    }
}
