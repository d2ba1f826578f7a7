using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Migrator.Connecting;

/// <summary>
/// How long what we send may stay unacknowledged (Linux, tcp(7): TCP_USER_TIMEOUT). Keep-alive notices a network that swallows everything
/// only while nothing is under way; otherwise it would take the system a quarter of an hour. Npgsql has no setting for it and gives no
/// access to its socket: so it is looked for among those of this process.
/// </summary>
internal static class TcpUserTimeout
{
    private const int Tcp = 6;
    private const int Option = 18;

    /// <summary>As long as with keep-alive, or a little longer.</summary>
    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(60);

    /// <summary>Sets it on the connections of this process to a port. Best effort: not every system has it.</summary>
    public static void Set(int port)
    {
        var value = BitConverter.GetBytes((int)Limit.TotalMilliseconds);
        ForEach(port, socket => socket.SetRawSocketOption(Tcp, Option, value));
    }

    /// <summary>What is set on the connections of this process to a port.</summary>
    public static IReadOnlyList<TimeSpan> Read(int port)
    {
        var found = new List<TimeSpan>();
        ForEach(port, socket =>
        {
            var value = new byte[sizeof(int)];
            socket.GetRawSocketOption(Tcp, Option, value);
            found.Add(TimeSpan.FromMilliseconds(BitConverter.ToInt32(value)));
        });
        return found;
    }

    private static void ForEach(int port, Action<Socket> act)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            foreach (var file in new DirectoryInfo("/proc/self/fd").EnumerateFileSystemInfos())
            {
                Try(file, port, act);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // There is no /proc here.
        }
    }

    private static void Try(FileSystemInfo file, int port, Action<Socket> act)
    {
        try
        {
            if (file.LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true)
            {
                // Not ours to close: neither the handle nor the socket does.
                using var handle = new SafeSocketHandle(nint.Parse(file.Name, CultureInfo.InvariantCulture), ownsHandle: false);
                using var socket = new Socket(handle);
                if (socket is { SocketType: SocketType.Stream, RemoteEndPoint: IPEndPoint remote } && remote.Port == port)
                {
                    act(socket);
                }
            }
        }
        catch (Exception e) when (
            e is IOException or UnauthorizedAccessException or SocketException or ArgumentException or ObjectDisposedException)
        {
            // Closed meanwhile, or none that is connected.
        }
    }
}
