using System.Net;
using System.Net.Sockets;

namespace TestSupport;

/// <summary>Ports on 127.0.0.1 for servers that are told where to listen.</summary>
public static class LoopbackPort
{
    // Below the ports that systems give to outgoing connections and to listeners without a wish: nothing takes one before the server
    // starts.
    private const int First = 15_000;
    private const int Last = 32_000;

    /// <summary>A port on which nothing listens.</summary>
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
                // Another one, then.
            }
        }
    }
}
