using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TestSupport;

/// <summary>A server that behaves as no installed PostgreSQL can: it never answers, or has a version that cannot be installed.</summary>
/// <remarks>It implements only the start-up of the protocol (PostgreSQL 17, 53.2.1).</remarks>
public sealed class FakeServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly List<TcpClient> clients = [];

    private FakeServer(Action<NetworkStream> serve)
    {
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        new Thread(() => Accept(serve)) { IsBackground = true }.Start();
    }

    /// <summary>The port on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>The number of connections.</summary>
    public int Connections
    {
        get
        {
            lock (clients)
            {
                return clients.Count;
            }
        }
    }

    /// <summary>Accepts connections and sends nothing.</summary>
    public static FakeServer Silent() => new(_ => { });

    /// <summary>Accepts every login, and claims to have the given version.</summary>
    public static FakeServer OfVersion(string version) => new(stream => LogIn(stream, version));

    /// <summary>Accepts every login, and gives the same answer to every query.</summary>
    /// <param name="answer">The bytes of the answer.</param>
    /// <param name="isEndless">Whether the answer is repeated without end.</param>
    public static FakeServer Answering(byte[] answer, bool isEndless = false) => new(stream =>
    {
        LogIn(stream, "15.0");
        stream.ReadExactly(new byte[1]);
        do
        {
            stream.Write(answer);
        }
        while (isEndless);
    });

    /// <summary>Agrees to TLS, and closes the connection when the handshake begins.</summary>
    public static FakeServer EndingTheHandshake() => new(stream =>
    {
        stream.ReadExactly(new byte[8]);
        stream.WriteByte((byte)'S');

        // Reads the complete first record: with unread data, closing would reset the connection.
        var head = new byte[5];
        stream.ReadExactly(head);
        stream.ReadExactly(new byte[(head[3] << 8) + head[4]]);
        stream.Close();
    });

    /// <inheritdoc />
    public void Dispose()
    {
        listener.Stop();
        lock (clients)
        {
            clients.ForEach(c => c.Dispose());
        }
    }

    /// <summary>A message of the protocol.</summary>
    public static byte[] Message(char type, params byte[] body) =>
        [(byte)type, 0, 0, (byte)((body.Length + 4) >> 8), (byte)(body.Length + 4), .. body];

    private static void LogIn(NetworkStream stream, string version)
    {
        var length = new byte[4];
        stream.ReadExactly(length);
        stream.ReadExactly(new byte[BitConverter.ToInt32([length[3], length[2], length[1], length[0]]) - 4]);
        stream.Write(Message('R', 0, 0, 0, 0));
        stream.Write(Message('S', Encoding.ASCII.GetBytes($"server_version\0{version}\0")));
        stream.Write(Message('S', Encoding.ASCII.GetBytes("client_encoding\0UTF8\0")));
        stream.Write(Message('K', 0, 0, 0, 1, 0, 0, 0, 1));
        stream.Write(Message('Z', (byte)'I'));
    }

    private static void Serve(TcpClient client, Action<NetworkStream> serve)
    {
        try
        {
            serve(client.GetStream());
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            // The client closed the connection, or the test has ended.
        }
    }

    private void Accept(Action<NetworkStream> serve)
    {
        try
        {
            while (true)
            {
                var client = listener.AcceptTcpClient();
                lock (clients)
                {
                    clients.Add(client);
                }

                new Thread(() => Serve(client, serve)) { IsBackground = true }.Start();
            }
        }
        catch (Exception e) when (e is SocketException or IOException or InvalidOperationException)
        {
            // The test has ended.
        }
    }
}
