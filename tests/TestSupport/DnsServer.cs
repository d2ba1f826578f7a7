using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TestSupport;

/// <summary>A name server on loopback, over UDP and TCP on one port, that knows aliases and addresses.</summary>
public sealed class DnsServer : IDisposable
{
    private readonly Socket datagrams = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly TcpListener streams = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();

    /// <summary>Starts the server.</summary>
    public DnsServer()
    {
        streams.Start();
        datagrams.Bind(new IPEndPoint(IPAddress.Loopback, Port));
        _ = ServeDatagramsAsync();
        _ = ServeStreamsAsync();
    }

    /// <summary>The port on 127.0.0.1.</summary>
    public int Port => ((IPEndPoint)streams.LocalEndpoint).Port;

    /// <summary>The names that are aliases, with their targets. A name that is no alias has an address, or does not exist.</summary>
    public ConcurrentDictionary<string, string> Aliases { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The names that have an address.</summary>
    public ConcurrentDictionary<string, bool> Hosts { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether one answer has the whole chain of aliases, as that of a resolver that recurses.</summary>
    public bool Recurses { get; set; } = true;

    /// <summary>Changes each answer before it is sent: from the protocol ("udp" or "tcp") and the answer to all that is sent.</summary>
    public Func<string, byte[], IReadOnlyList<byte[]>> Change { get; set; } = (_, answer) => [answer];

    /// <summary>The protocol and the name of each query.</summary>
    public ConcurrentQueue<(string Protocol, string Name)> Queries { get; } = [];

    /// <summary>Makes a chain of aliases. The last name has an address.</summary>
    public void Chain(params string[] names)
    {
        foreach (var (alias, target) in names.Zip(names.Skip(1)))
        {
            Aliases[alias] = target;
        }

        Hosts[names[^1]] = true;
    }

    /// <summary>Writes a resolver's configuration with this server, and further lines.</summary>
    public static string WriteConfiguration(string folder, params string[] lines)
    {
        var path = Path.Combine(folder, "resolv.conf");
        File.WriteAllLines(path, ["# a test", "nameserver 127.0.0.1", .. lines]);
        return path;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (stop.IsCancellationRequested)
        {
            return;
        }

        stop.Cancel();
        datagrams.Dispose();
        streams.Stop();
        stop.Dispose();
    }

    private async Task ServeDatagramsAsync()
    {
        var buffer = new byte[512];
        try
        {
            while (true)
            {
                var query = await datagrams.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0), stop.Token);
                foreach (var message in Change("udp", Answer("udp", buffer.AsSpan(0, query.ReceivedBytes))))
                {
                    await datagrams.SendToAsync(message, query.RemoteEndPoint, stop.Token);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeStreamsAsync()
    {
        try
        {
            while (true)
            {
                using var client = await streams.AcceptTcpClientAsync(stop.Token);
                await using var stream = client.GetStream();
                var length = new byte[2];
                await stream.ReadExactlyAsync(length, stop.Token);
                var query = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
                await stream.ReadExactlyAsync(query, stop.Token);
                foreach (var message in Change("tcp", Answer("tcp", query)))
                {
                    BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)message.Length);
                    await stream.WriteAsync((byte[])[.. length, .. message], stop.Token);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException or IOException)
        {
            // The test is over.
        }
    }

    private byte[] Answer(string protocol, ReadOnlySpan<byte> query)
    {
        var name = new List<string>();
        var at = 12;
        for (; query[at] > 0; at += query[at] + 1)
        {
            name.Add(Encoding.ASCII.GetString(query.Slice(at + 1, query[at])));
        }

        var asked = string.Join('.', name);
        Queries.Enqueue((protocol, asked));
        var records = new List<byte>();
        var count = 0;
        var owner = asked;
        while (Aliases.TryGetValue(owner, out var target) && count < 20)
        {
            var data = Name(target);
            records.AddRange([.. Name(owner), 0, 5, 0, 1, 0, 0, 0, 5, 0, (byte)data.Length, .. data]);
            (owner, count) = (target, count + 1);
            if (!Recurses)
            {
                break;
            }
        }

        var exists = Hosts.ContainsKey(owner);
        if (exists && (Recurses || count == 0))
        {
            records.AddRange([.. Name(owner), 0, 1, 0, 1, 0, 0, 0, 5, 0, 4, 127, 0, 0, 1]);
            count++;
        }

        var code = exists || count > 0 ? (byte)0 : (byte)3;
        return [query[0], query[1], 0x81, (byte)(0x80 | code), 0, 1, 0, (byte)count, 0, 0, 0, 0, .. query[12..(at + 5)], .. records];
    }

    private static byte[] Name(string name) =>
        [.. name.Split('.').SelectMany(label => (byte[])[(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]), 0];
}
