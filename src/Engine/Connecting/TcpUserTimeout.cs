using System.Net;
using System.Net.Sockets;

namespace Migrator.Connecting;

/// <summary>Limits how long sent data may stay unacknowledged (Linux, tcp(7): TCP_USER_TIMEOUT).</summary>
/// <remarks>
/// Keep-alive detects a dead network only while the connection is idle. While data is in flight, Linux would take a quarter of an hour.
/// Npgsql has no setting for this option and does not expose its socket, so the socket is found among the open files of this process.
/// </remarks>
internal static class TcpUserTimeout
{
    private const int Tcp = 6;
    private const int Option = 18;

    /// <summary>The limit: about as long as keep-alive takes to detect a dead connection.</summary>
    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(60);

    /// <summary>Sets the option on this process's connections to a port; does nothing on systems without it.</summary>
    public static void Set(int port)
    {
        var value = BitConverter.GetBytes((int)Limit.TotalMilliseconds);
        ForEach(port, socket => socket.SetRawSocketOption(Tcp, Option, value));
    }

    /// <summary>Reads the option from this process's connections to a port.</summary>
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
            // This system has no readable /proc.
        }
    }

    private static void Try(FileSystemInfo file, int port, Action<Socket> act)
    {
        try
        {
            if (file.LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true)
            {
                // Npgsql owns the socket: with ownsHandle false, neither Dispose closes it.
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
            // The socket was closed meanwhile, or is not connected.
        }
    }
}
