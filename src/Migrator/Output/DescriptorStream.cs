using System.Runtime.InteropServices;

namespace Migrator.Output;

/// <summary>
/// Writes to stdout or stderr. .NET's own stream of the console starts a thread and asks the terminal, and aborts the process if there
/// can be no more threads; a <see cref="FileStream"/> writes two descriptors of one file over each other.
/// </summary>
/// <param name="descriptor">The descriptor.</param>
internal sealed class DescriptorStream(int descriptor) : Stream
{
    // errno(3), poll(2): Linux and macOS have these numbers, and Linux and macOS differ in that of EAGAIN.
    private const int Interrupted = 4;
    private const int ReaderIsGone = 32;
    private const short Writable = 4;

    /// <inheritdoc />
    public override bool CanRead => false;

    /// <inheritdoc />
    public override bool CanSeek => false;

    /// <inheritdoc />
    public override bool CanWrite => true;

    /// <inheritdoc />
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc />
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    private static int WouldBlock => OperatingSystem.IsLinux() ? 11 : 35;

    /// <summary>
    /// Writes bytes. A reader that has ended (<c>migrator list | head -0</c>) is not a failure: what is written is discarded, and the exit
    /// code says whether the command succeeded. gh does the same.
    /// </summary>
    /// <exception cref="IOException">They cannot be written; the message is the system's reason.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var written = Write(descriptor, in MemoryMarshal.GetReference(buffer), buffer.Length);
            if (written >= 0)
            {
                buffer = buffer[(int)written..];
            }
            else if (Marshal.GetLastPInvokeError() is var error && error == WouldBlock)
            {
                var wait = new Waiting { Descriptor = descriptor, Events = Writable };
                _ = Poll(ref wait, 1, -1);
            }
            else if (error == ReaderIsGone)
            {
                return;
            }
            else if (error != Interrupted)
            {
                throw new IOException(Marshal.GetPInvokeErrorMessage(error));
            }
        }
    }

    /// <inheritdoc />
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc />
    public override void Flush()
    {
        // Nothing is held back.
    }

    /// <inheritdoc />
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc />
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void SetLength(long value) => throw new NotSupportedException();

    // write(2).
    [DllImport("libc", EntryPoint = "write", SetLastError = true)]
    private static extern nint Write(int descriptor, in byte buffer, nint count);

    // poll(2).
    [DllImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static extern int Poll(ref Waiting descriptors, nint count, int timeout);

    // struct pollfd.
    [StructLayout(LayoutKind.Sequential)]
    private struct Waiting
    {
        public int Descriptor;
        public short Events;
        public short Answer;
    }
}
