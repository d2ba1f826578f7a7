using System.Net;
using System.Net.Sockets;

namespace TestSupport;

/// <summary>Free ports on 127.0.0.1 for servers that need a port number.</summary>
public static class LoopbackPort
{
    // Below the ephemeral ports that systems assign to outgoing connections and to listeners on port 0, so that none of these takes the
    // port before the server starts.
    private const int First = 15_000;
    private const int Last = 32_000;

    /// <summary>Returns a port on which nothing listens.</summary>
    public static int Free()
    {
        while (true)
        {
            var port = Random.Shared.Next(First, Last);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // The port is in use: try another one.
            }
        }
    }
}
