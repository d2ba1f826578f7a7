using System.Globalization;
using System.Text;

namespace Migrator.Output;

/// <summary>stdout, stderr and stdin of this process: the one place where the program takes hold of them.</summary>
internal static class StandardStreams
{
    // O_CLOEXEC of Linux, as /proc shows it (proc(5), fdinfo).
    private const int CloseOnExec = 0x80000;
    private const int LongestReply = 100;

    /// <summary>stdout, where answers go. Whoever flushes hears an <see cref="IOException"/> when it did not come through.</summary>
    public static SafeWriter Output { get; } = new(Open(1, Console.OpenStandardOutput));

    /// <summary>stderr, where messages go.</summary>
    public static SafeWriter Error { get; } = new(Open(2, Console.OpenStandardError));

    /// <summary>Reads one line of stdin, or as much of it as a reply can have.</summary>
    public static string ReadReply()
    {
        using var stdin = Console.OpenStandardInput();
        var reply = new StringBuilder();
        var one = new byte[1];
        while (reply.Length < LongestReply && stdin.Read(one) == 1 && one[0] != '\n')
        {
            reply.Append((char)one[0]);
        }

        return reply.ToString().Trim();
    }

    private static TextWriter Open(int descriptor, Func<Stream> open)
    {
        try
        {
            // A reader that has gone (`migrator list | head -0`) is no failure: .NET drops what is written then, and the exit code tells
            // how the command went. gh does the same.
            return IsOurs(descriptor)
                ? new StreamWriter(open(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true }
                : new ClosedWriter();
        }
        catch (IOException)
        {
            return new ClosedWriter();
        }
    }

    /// <summary>
    /// Whether a descriptor was open when the program was started. One that was not (<c>&gt;&amp;-</c>) is free for the first file or
    /// connection that is opened, and our text would go there. Those are closed on exec; what was handed down to us cannot be.
    /// </summary>
    private static bool IsOurs(int descriptor)
    {
        var file = string.Create(CultureInfo.InvariantCulture, $"/proc/self/fdinfo/{descriptor}");
        if (!Directory.Exists("/proc/self/fdinfo"))
        {
            return true;
        }

        var flags = File.ReadLines(file).FirstOrDefault(line => line.StartsWith("flags:", StringComparison.Ordinal));
        return flags is null || (Convert.ToInt64(flags["flags:".Length..].Trim(), 8) & CloseOnExec) == 0;
    }

    /// <summary>A stream that was closed before the program was started.</summary>
    private sealed class ClosedWriter : TextWriter
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value) => throw new IOException("it is closed");

        public override void Write(string? value) => throw new IOException("it is closed");
    }
}
