using System.Net;
using System.Net.Sockets;

namespace TestSupport;

/// <summary>The direction of data.</summary>
public enum Direction
{
    /// <summary>From the program to the server.</summary>
    ToServer,

    /// <summary>From the server to the program.</summary>
    ToClient,
}

/// <summary>A TCP proxy for a server that cuts the first connection after a number of bytes.</summary>
/// <remarks>Later connections are passed through. It records where messages of the protocol end (PostgreSQL 17, 53.7).</remarks>
public sealed class FaultyProxy : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly List<Socket> sockets = [];
    private readonly Dictionary<Direction, MessageEnds> ends = new()
    {
        [Direction.ToServer] = new MessageEnds(hasStartup: true),
        [Direction.ToClient] = new MessageEnds(hasStartup: false),
    };

    private readonly int target;
    private readonly Direction direction;
    private readonly long cutAfter;
    private int connections;

    /// <summary>Starts to listen.</summary>
    /// <param name="target">The server's port on 127.0.0.1.</param>
    /// <param name="direction">The direction whose bytes are counted.</param>
    /// <param name="cutAfter">The number of bytes that are passed; by default the connection is not cut.</param>
    public FaultyProxy(int target, Direction direction = Direction.ToServer, long cutAfter = long.MaxValue)
    {
        (this.target, this.direction, this.cutAfter) = (target, direction, cutAfter);
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        new Thread(Accept) { IsBackground = true }.Start();
    }

    /// <summary>The port on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>The number of connections.</summary>
    public int Connections => connections;

    /// <summary>The positions, in bytes, at which messages of the first connection end.</summary>
    public IReadOnlyList<long> EndsOf(Direction way) => ends[way].Positions;

    /// <summary>The number of round trips of the first connection after its login.</summary>
    /// <remarks>
    /// The login and every round trip end with a ReadyForQuery. In a transaction it ends none: the COMMIT has been sent with the rest.
    /// </remarks>
    public int RoundTrips => EndsOfAnswers.Count - 1;

    /// <summary>The positions, in bytes, at which answers of the first connection end, beginning with the login's.</summary>
    public IReadOnlyList<long> EndsOfAnswers => ends[Direction.ToClient].Answers;

    /// <inheritdoc />
    public void Dispose()
    {
        listener.Stop();
        lock (sockets)
        {
            sockets.ForEach(s => s.Dispose());
        }
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

                var isFirst = Interlocked.Increment(ref connections) == 1;
                server.Connect(IPAddress.Loopback, target);
                Start(client, server, isFirst ? Direction.ToServer : null);
                Start(server, client, isFirst ? Direction.ToClient : null);
            }
        }
        catch (Exception e) when (e is SocketException or InvalidOperationException)
        {
            // The test has ended, or the server has stopped.
        }
    }

    private void Start(Socket from, Socket to, Direction? counted) =>
        new Thread(() => Pump(from, to, counted)) { IsBackground = true }.Start();

    private void Pump(Socket from, Socket to, Direction? counted)
    {
        var buffer = new byte[64 * 1024];
        var left = counted == direction ? cutAfter : long.MaxValue;
        try
        {
            while (left > 0 && from.Receive(buffer) is > 0 and var read)
            {
                var passed = buffer.AsSpan(0, (int)Math.Min(read, left));
                left -= passed.Length;

                // Counted before they are sent: the receiver may be done with them before this thread continues.
                if (counted is { } way)
                {
                    ends[way].Pass(passed);
                }

                to.Send(passed);
            }
        }
        catch (Exception e) when (e is SocketException or InvalidOperationException)
        {
            // The other direction was cut.
        }

        from.Dispose();
        to.Dispose();
    }

    /// <summary>Finds where messages end: each is a type byte, except in the first message, and a length that includes itself.</summary>
    private sealed class MessageEnds(bool hasStartup)
    {
        private readonly List<byte> header = [];
        private long position;
        private long bodyLeft;
        private bool startup = hasStartup;
        private bool isAnswer;

        public List<long> Positions { get; } = [];

        public List<long> Answers { get; } = [];

        public void Pass(ReadOnlySpan<byte> bytes)
        {
            foreach (var b in bytes)
            {
                position++;
                if (bodyLeft > 0)
                {
                    bodyLeft--;
                }
                else
                {
                    header.Add(b);
                    if (header.Count < (startup ? 4 : 5))
                    {
                        continue;
                    }

                    isAnswer = !startup && header[0] == 'Z';
                    var length = header[^4..];
                    bodyLeft = ((length[0] << 24) | (length[1] << 16) | (length[2] << 8) | length[3]) - 4;
                    startup = false;
                    header.Clear();
                }

                if (bodyLeft == 0)
                {
                    Positions.Add(position);
                    if (isAnswer && b != 'T')
                    {
                        Answers.Add(position);
                    }
                }
            }
        }
    }
}
