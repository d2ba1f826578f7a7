using System.Text;
using Migrator.Files;

namespace Migrator.Output;

/// <summary>The stdout, stderr and stdin of this process. No other code opens them.</summary>
internal static class StandardStreams
{
    private const int MaxReplyLength = 100;

    /// <summary>stdout, for answers. Flushing throws an <see cref="IOException"/> if the text cannot be written.</summary>
    public static SafeWriter Output { get; } = new(Open(1));

    /// <summary>stderr, for messages.</summary>
    public static SafeWriter Error { get; } = new(Open(2));

    /// <summary>Reads one line of stdin, or as much of it as a reply may have.</summary>
    public static string ReadReply()
    {
        using var stdin = Console.OpenStandardInput();
        var reply = new StringBuilder();
        var one = new byte[1];
        while (reply.Length < MaxReplyLength && stdin.Read(one) == 1 && one[0] != '\n')
        {
            reply.Append((char)one[0]);
        }

        return reply.ToString().Trim();
    }

    private static TextWriter Open(int descriptor) => InheritedDescriptor.IsOpen(descriptor)
        ? new StreamWriter(new DescriptorStream(descriptor), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true }
        : new ClosedWriter();

    /// <summary>A writer for a stream that was closed before the program was started.</summary>
    private sealed class ClosedWriter : TextWriter
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value) => throw new IOException("it is closed");

        public override void Write(string? value) => throw new IOException("it is closed");
    }
}
