using System.Diagnostics;
using System.Net.Sockets;

namespace TestSupport;

/// <summary>
/// PgBouncer in transaction mode (Debian package <c>pgbouncer</c>), or Pgpool-II (<c>pgpool2</c>), in front of a server. Dispose stops it.
/// </summary>
public sealed class PoolerServer : IDisposable
{
    private readonly Process process;
    private readonly string folder;

    private PoolerServer(Process process, string folder, int port) => (this.process, this.folder, Port) = (process, folder, port);

    /// <summary>The path of PgBouncer; null if it is not installed.</summary>
    public static string? Program { get; } = Find("pgbouncer");

    /// <summary>The path of Pgpool-II; null if it is not installed.</summary>
    public static string? Pgpool { get; } = Find("pgpool");

    /// <summary>The port on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>Starts PgBouncer.</summary>
    /// <param name="server">The server behind it.</param>
    /// <param name="poolSize">The number of connections to the server.</param>
    /// <param name="databases">The line of the databases.</param>
    /// <param name="settings">More settings.</param>
    public static PoolerServer Start(PostgresServer server, int poolSize, string databases = "*", params string[] settings) => Start(
        (files, port) =>
        {
            File.WriteAllText(Path.Combine(files, "users"), "\"kong\" \"the right one\"\n");
            File.WriteAllText(
                Path.Combine(files, "pgbouncer.ini"),
                $"""
                [databases]
                {databases}{(databases.Contains('=', StringComparison.Ordinal) ? "" : " =")} host=127.0.0.1 port={server.Port}
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = {port}
                unix_socket_dir =
                auth_type = trust
                auth_file = {files}/users
                pool_mode = transaction
                default_pool_size = {poolSize}
                max_client_conn = 500
                {string.Join('\n', settings)}
                """);
            return [Program!, "-q", $"{files}/pgbouncer.ini"];
        });

    /// <summary>Starts Pgpool-II.</summary>
    /// <param name="server">The server behind it.</param>
    /// <param name="clients">The number of clients that it takes.</param>
    public static PoolerServer StartPgpool(PostgresServer server, int clients) => Start(
        (files, port) =>
        {
            File.WriteAllText(Path.Combine(files, "pcp.conf"), "");
            File.WriteAllText(Path.Combine(files, "pool_hba.conf"), "");
            File.WriteAllText(
                Path.Combine(files, "pgpool.conf"),
                $"""
                listen_addresses = '127.0.0.1'
                port = {port}
                unix_socket_directories = '{files}'
                pcp_socket_dir = '{files}'
                pcp_port = {LoopbackPort.Free()}
                backend_hostname0 = '127.0.0.1'
                backend_port0 = {server.Port}
                backend_weight0 = 1
                backend_clustering_mode = 'raw'
                pid_file_name = '{files}/pgpool.pid'
                logdir = '{files}'
                work_dir = '{files}'
                num_init_children = {clients}
                reserved_connections = 1
                max_pool = 1
                connection_cache = off
                sr_check_user = ''
                enable_pool_hba = off
                health_check_period = 0
                """);
            return [Pgpool!, "-n", "-f", $"{files}/pgpool.conf", "-F", $"{files}/pcp.conf", "-a", $"{files}/pool_hba.conf"];
        });

    private static PoolerServer Start(Func<string, int, string[]> prepare)
    {
        var files = Directory.CreateTempSubdirectory("migrator-pooler-").FullName;
        var port = LoopbackPort.Free();
        var command = prepare(files, port);
        using (var chmod = Process.Start("chmod", ["-R", "a+rwX", files]))
        {
            chmod.WaitForExit();
        }

        if (Environment.UserName == "root")
        {
            command = ["setpriv", $"--reuid={PostgresBinaries.Unprivileged()}", "--clear-groups", "--", .. command];
        }

        var started = Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        _ = started.StandardError.ReadToEndAsync();
        _ = started.StandardOutput.ReadToEndAsync();
        for (var tries = 0; tries < 200 && !Answers(port); tries++)
        {
            Thread.Sleep(50);
        }

        return new PoolerServer(started, files, port);
    }

    private static string? Find(string name) =>
        new[] { "/usr/sbin/", "/usr/bin/", "/opt/homebrew/bin/" }.Select(folder => folder + name).FirstOrDefault(File.Exists);

    /// <inheritdoc />
    public void Dispose()
    {
        process.Kill(entireProcessTree: true);
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
}
