using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace TestSupport;

/// <summary>A PostgreSQL server of the tests' own, on a free loopback port. Dispose stops it and removes its folder.</summary>
public sealed class PostgresServer : IDisposable
{
    private static readonly Lazy<PostgresServer> SharedServer = new(() => Start());
    private static int databases;

    private readonly ConcurrentDictionary<string, NpgsqlDataSource> kept = new(StringComparer.Ordinal);
    private readonly string binaries;

    private PostgresServer(string binaries, string folder, int port)
    {
        this.binaries = binaries;
        Folder = folder;
        Port = port;
    }

    /// <summary>The server that the tests of one assembly share. It is started when first used.</summary>
    public static PostgresServer Shared => SharedServer.Value;

    /// <summary>The port on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>The folder with the server's data and Unix socket.</summary>
    public string Folder { get; }

    /// <summary>Stops the shared server and removes the original data folders: for the teardown of an assembly.</summary>
    public static void StopShared()
    {
        if (SharedServer.IsValueCreated)
        {
            SharedServer.Value.Dispose();
        }

        PostgresDataFolder.DeleteAll();
    }

    /// <summary>Creates and starts a server.</summary>
    /// <remarks>Its superuser is <c>kong</c>. No user needs a password unless <paramref name="hba"/> requires it.</remarks>
    /// <param name="settings">Lines for postgresql.conf.</param>
    /// <param name="hba">Lines for pg_hba.conf, instead of trust.</param>
    /// <param name="binaries">The folder of PostgreSQL's programs; null for the installed ones.</param>
    /// <param name="prepare">Puts files into the data folder before the start.</param>
    public static PostgresServer Start(
        IEnumerable<string>? settings = null, IEnumerable<string>? hba = null, string? binaries = null, Action<string>? prepare = null)
    {
        binaries ??= PostgresBinaries.Find();
        var folder = TestFolder.Create("migrator-pg-");
        var server = new PostgresServer(binaries, folder, LoopbackPort.Free());
        try
        {
            PostgresBinaries.OwnedByServer(folder);
            PostgresDataFolder.Create(binaries, server.Data);
            prepare?.Invoke(server.Data);
            File.AppendAllLines(Path.Combine(server.Data, "postgresql.conf"),
            [
                "listen_addresses = '127.0.0.1'",
                $"port = {server.Port}",
                $"unix_socket_directories = '{folder}'",
                "max_connections = 300",
                "fsync = off",
                "synchronous_commit = off",
                "full_page_writes = off",
                "autovacuum = off",
                .. settings ?? [],
            ]);
            if (hba is not null)
            {
                File.WriteAllLines(Path.Combine(server.Data, "pg_hba.conf"), hba);
            }

            PostgresBinaries.OwnedByServer([.. Directory.EnumerateFiles(server.Data)]);
            server.StartUp();
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>Starts the server again after it was stopped.</summary>
    public void StartUp() => Run("pg_ctl", "-D", Data, "-w", "-t", "120", "-l", Path.Combine(Folder, "log"), "start");

    /// <summary>Starts the server again as a standby, and waits until it listens, even if it does not accept connections yet.</summary>
    /// <param name="takesConnections">Whether the standby accepts connections; if not, it answers that it is starting up.</param>
    public void StartAsStandby(bool takesConnections)
    {
        var signal = Path.Combine(Data, "standby.signal");
        File.WriteAllText(signal, "");
        PostgresBinaries.OwnedByServer(signal);
        Run("pg_ctl", "-D", Data, "-W", "-l", Path.Combine(Folder, "log"), "-o", $"-c hot_standby={(takesConnections ? "on" : "off")}",
            "start");
        for (var began = Stopwatch.GetTimestamp(); !Listens(); Thread.Sleep(20))
        {
            if (Stopwatch.GetElapsedTime(began) > TimeSpan.FromMinutes(2))
            {
                throw new TimeoutException($"The standby in {Folder} does not listen on port {Port}.");
            }
        }
    }

    /// <summary>Promotes a standby to primary.</summary>
    public void Promote() => Run("pg_ctl", "-D", Data, "-w", "-t", "120", "promote");

    /// <summary>Stops the server.</summary>
    /// <param name="mode">The mode of pg_ctl stop: <c>fast</c>, or <c>immediate</c>, which is like a power failure.</param>
    public void Stop(string mode = "immediate")
    {
        foreach (var database in kept.Keys)
        {
            CloseKept(database);
        }

        Run("pg_ctl", "-D", Data, "-w", "-m", mode, "stop");
    }

    /// <summary>The connection string of a database, without pooling.</summary>
    public string ConnectionString(string database, string user = "kong") =>
        new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = Port,
            Username = user,
            Database = database,
            Pooling = false,

            // Npgsql's defaults of 15 and 30 seconds are too short on a busy machine.
            Timeout = 120,
            CommandTimeout = 300,
            GssEncryptionMode = GssEncryptionMode.Disable,
        }.ConnectionString;

    /// <summary>Opens a connection.</summary>
    public NpgsqlConnection Connect(string database, string user = "kong") => Source(database, user, pooling: false).OpenConnection();

    /// <summary>Opens a connection of the superuser that goes back to a pool, with its settings reset, when it is closed.</summary>
    /// <remarks>Opening a new one takes longer than most statements.</remarks>
    public NpgsqlConnection ConnectKept(string database) =>
        kept.GetOrAdd(database, name => Source(name, "kong", pooling: true)).OpenConnection();

    /// <summary>Creates a database with a unique name.</summary>
    /// <param name="template">The database to copy, to which no test may be connected; null for an empty database.</param>
    public TestDatabase CreateDatabase(TestDatabase? template = null)
    {
        if (template is not null)
        {
            CloseKept(template.Name);
        }

        var name = "test_" + Interlocked.Increment(ref databases).ToString(CultureInfo.InvariantCulture);
        using var connection = ConnectKept("postgres");

        // From PostgreSQL 15 on the default strategy copies through the WAL, which takes twice as long.
        var strategy = connection.PostgreSqlVersion.Major >= 15 ? " STRATEGY file_copy" : "";
        using var command = new NpgsqlCommand($"CREATE DATABASE {name} TEMPLATE {template?.Name ?? "template1"}{strategy}", connection);
        command.ExecuteNonQuery();
        return new TestDatabase(this, name);
    }

    /// <summary>Runs SQL in a database as the superuser.</summary>
    public void Execute(string database, string sql)
    {
        using var connection = ConnectKept(database);
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    /// <summary>Closes the pooled connections to a database.</summary>
    internal void CloseKept(string database)
    {
        if (kept.TryRemove(database, out var source))
        {
            source.Dispose();
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (File.Exists(Path.Combine(Data, "postmaster.pid")))
        {
            Stop();
        }

        Directory.Delete(Folder, recursive: true);
    }

    private NpgsqlDataSource Source(string database, string user, bool pooling)
    {
        var builder = new NpgsqlDataSourceBuilder(ConnectionString(database, user));
        builder.ConnectionStringBuilder.Pooling = pooling;

        // The query that loads types takes longer than most queries of the tests.
        builder.ConfigureTypeLoading(types => types.EnableTypeLoading(false));
        return builder.Build();
    }

    private string Data => Path.Combine(Folder, "data");

    private void Run(string program, params string[] arguments) => PostgresBinaries.Run(Path.Combine(binaries, program), arguments);

    private bool Listens()
    {
        using var client = new TcpClient();
        try
        {
            client.Connect(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
