using System.Buffers;

namespace Migrator.Iam.Credentials;

/// <summary>What a program has printed so far, up to a limit.</summary>
/// <param name="most">The largest size.</param>
internal sealed class BoundedOutput(int most)
{
    private readonly Lock gate = new();
    private readonly ArrayBufferWriter<byte> content = new();

    /// <summary>Whether there was more than the limit.</summary>
    public bool IsTooLarge { get; private set; }

    /// <summary>Reads to the end, or to the limit.</summary>
    public async Task ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[4096];
        while (!IsTooLarge && await stream.ReadAsync(buffer, cancellationToken) is > 0 and var count)
        {
            lock (gate)
            {
                IsTooLarge = content.WrittenCount + count > most;
                content.Write(buffer.AsSpan(0, IsTooLarge ? 0 : count));
            }
        }
    }

    /// <summary>What was read.</summary>
    public byte[] ToArray()
    {
        lock (gate)
        {
            return content.WrittenSpan.ToArray();
        }
    }
}
