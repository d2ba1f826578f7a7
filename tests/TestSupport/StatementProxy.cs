using System.Net;
using System.Net.Sockets;

namespace TestSupport;

/// <summary>What happens to a message on its way to the server.</summary>
public enum Fault
{
    /// <summary>The message arrives late, and nothing else is passed meanwhile, in either direction.</summary>
    Delay,

    /// <summary>The message and everything after it is dropped, in both directions. The connection stays open.</summary>
    Silence,

    /// <summary>The message arrives, but its answer is dropped. The connection stays open.</summary>
    Mute,

    /// <summary>The message is dropped, and the connection is closed.</summary>
    Cut,

    /// <summary>The message arrives, and the connection is closed when its transaction has ended; no answer is passed.</summary>
    CutAnswer,
}

/// <summary>A TCP proxy that applies a fault to messages that contain a text (PostgreSQL 17, 53.7).</summary>
/// <remarks>Other messages, and connections without the text, are passed through.</remarks>
public sealed class StatementProxy : IDisposable
{
    /// <summary>The text of a COMMIT message. READ COMMITTED does not contain it.</summary>
    public const string Commit = "COMMIT\0";

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly List<Socket> sockets = [];
    private readonly int target;
    private readonly string text;
    private readonly Fault fault;
    private readonly TimeSpan delay;
    private int before;
    private int left;
    private int connections;

    /// <summary>Starts to listen.</summary>
    /// <param name="target">The server's port on 127.0.0.1.</param>
    /// <param name="text">The text that a message must contain.</param>
    /// <param name="fault">The fault to apply.</param>
    /// <param name="times">The number of messages it is applied to, counted over all connections.</param>
    /// <param name="delay">The delay of a message.</param>
    /// <param name="after">The number of messages with the text that are passed through before.</param>
    public StatementProxy(int target, string text, Fault fault, int times = 1, TimeSpan? delay = null, int after = 0)
    {
        before = after;
        (this.target, this.text, this.fault, left, this.delay) = (target, text, fault, times, delay ?? TimeSpan.FromSeconds(2));
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        new Thread(Accept) { IsBackground = true }.Start();
    }

    /// <summary>The port on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>The number of connections.</summary>
    public int Connections => connections;

    /// <summary>Set when the fault is applied for the first time.</summary>
    public ManualResetEventSlim Met { get; } = new();

    /// <summary>Ends a delay early.</summary>
    public ManualResetEventSlim Resume { get; } = new();

    /// <summary>Closes the connections that are open. New ones are accepted.</summary>
    public void CloseConnections()
    {
        lock (sockets)
        {
            sockets.ForEach(s => s.Dispose());
            sockets.Clear();
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        listener.Stop();
        CloseConnections();
        Met.Dispose();
    }

    private void Accept()
    {
        try
        {
            while (true)
            {
                var client = listener.AcceptSocket();
                var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                client.NoDelay = true;
                lock (sockets)
                {
                    sockets.AddRange([client, server]);
                }

                Interlocked.Increment(ref connections);
                server.Connect(IPAddress.Loopback, target);
                var pair = new Pair(client, server);
                new Thread(() => Run(pair, ToServer)) { IsBackground = true }.Start();
                new Thread(() => Run(pair, ToClient)) { IsBackground = true }.Start();
            }
        }
        catch (Exception e) when (e is SocketException or InvalidOperationException)
        {
            // The test has ended, or the server has stopped.
        }
    }

    private static void Run(Pair pair, Action<Pair> pump)
    {
        try
        {
            pump(pair);
        }
        catch (Exception e) when (e is SocketException or InvalidOperationException or IOException)
        {
            // One of the two connections was closed.
        }

        if (!pair.IsSilent)
        {
            pair.Client.Dispose();
            pair.Server.Dispose();
        }
    }

    private static void ToClient(Pair pair)
    {
        var buffer = new byte[64 * 1024];
        while (pair.Server.Receive(buffer) is > 0 and var read && !pair.IsSilent)
        {
            pair.IsOpen.Wait();
            if (!pair.IsCut)
            {
                pair.Client.Send(buffer.AsSpan(0, read));
            }
            else if (read > 6 && buffer[read - 6] == (byte)'Z' && buffer[read - 1] == (byte)'I')
            {
                return;
            }
        }
    }

    private void ToServer(Pair pair)
    {
        using var stream = new NetworkStream(pair.Client);
        for (var isFirst = true; ; isFirst = false)
        {
            // A type byte, except in the first message, and a length that includes itself.
            var header = new byte[isFirst ? 4 : 5];
            stream.ReadExactly(header);
            var length = header[^4..];
            var body = new byte[((length[0] << 24) | (length[1] << 16) | (length[2] << 8) | length[3]) - 4];
            stream.ReadExactly(body);
            if (!isFirst && IsMeant(body))
            {
                Met.Set();
                switch (fault)
                {
                    case Fault.Delay:
                        pair.IsOpen.Reset();
                        Resume.Wait(delay);
                        pair.IsOpen.Set();
                        break;
                    case Fault.Mute:
                        pair.IsSilent = true;
                        break;
                    case Fault.Silence:
                        pair.IsSilent = true;
                        return;
                    case Fault.CutAnswer:
                        pair.IsCut = true;
                        break;
                    default:
                        return;
                }
            }

            pair.Server.Send([.. header, .. body]);
        }
    }

    private bool IsMeant(ReadOnlySpan<byte> message) =>
        message.IndexOf(System.Text.Encoding.UTF8.GetBytes(text)) >= 0 && Interlocked.Decrement(ref before) < 0
            && Interlocked.Decrement(ref left) >= 0;

    private sealed record Pair(Socket Client, Socket Server)
    {
        public volatile bool IsSilent;
        public volatile bool IsCut;

        public ManualResetEventSlim IsOpen { get; } = new(initialState: true);
    }
}
