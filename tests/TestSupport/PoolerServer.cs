using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace TestSupport;

/// <summary>PgBouncer in transaction mode in front of a server (Debian package <c>pgbouncer</c>). Dispose stops it.</summary>
public sealed class PoolerServer : IDisposable
{
    private readonly Process process;
    private readonly string folder;

    private PoolerServer(Process process, string folder, int port) => (this.process, this.folder, Port) = (process, folder, port);

    /// <summary>The path of the program; null if it is not installed.</summary>
    public static string? Program { get; } = new[] { "/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/opt/homebrew/bin/pgbouncer" }
        .FirstOrDefault(File.Exists);

    /// <summary>The port on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>Starts PgBouncer.</summary>
    /// <param name="server">The server behind it.</param>
    /// <param name="poolSize">The number of connections to the server.</param>
    /// <param name="mode">What a client keeps a connection for: <c>transaction</c> or <c>statement</c>.</param>
    public static PoolerServer Start(PostgresServer server, int poolSize, string mode = "transaction")
    {
        var files = Directory.CreateTempSubdirectory("migrator-pooler-").FullName;
        var port = FreePort();
        File.WriteAllText(Path.Combine(files, "users"), "\"kong\" \"\"\n");
        File.WriteAllText(
            Path.Combine(files, "pgbouncer.ini"),
            $"""
            [databases]
            * = host=127.0.0.1 port={server.Port}
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {port}
            unix_socket_dir =
            auth_type = trust
            auth_file = {files}/users
            pool_mode = {mode}
            default_pool_size = {poolSize}
            max_client_conn = 500
            """);
        using (var chmod = Process.Start("chmod", ["-R", "a+rX", files]))
        {
            chmod.WaitForExit();
        }

        string[] command = Environment.UserName == "root"
            ? ["setpriv", $"--reuid={PostgresBinaries.Unprivileged()}", "--clear-groups", "--", Program!, "-q", $"{files}/pgbouncer.ini"]
            : [Program!, "-q", $"{files}/pgbouncer.ini"];
        var started = Process
            .Start(new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false, RedirectStandardError = true })!;
        _ = started.StandardError.ReadToEndAsync();
        for (var tries = 0; tries < 100 && !Answers(port); tries++)
        {
            Thread.Sleep(50);
        }

        return new PoolerServer(started, files, port);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static bool Answers(int port)
    {
        try
        {
            using var client = new TcpClient("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
