using System.Net.Sockets;
using Migrator.Configuration.Connection;

namespace Migrator.Connecting;

/// <summary>Opens the one physical connection of a run, or explains why it cannot.</summary>
internal static class ConnectionFactory
{
    /// <summary>The oldest PostgreSQL version that supports Kong's tables and our SQL.</summary>
    private const int OldestVersion = 10;

    /// <summary>The longest timeout that Npgsql accepts, in seconds.</summary>
    private const int MaxTimeoutInSeconds = 1024;

    /// <summary>Connects and logs in, each attempt within <see cref="PostgresSettings.ConnectTimeout"/>.</summary>
    /// <param name="settings">The server, the database and the user.</param>
    /// <param name="retry">How long to wait for a database that is not available yet.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <exception cref="MigratorException">The server cannot be reached or trusted, or it refuses the login.</exception>
    public static Task<DatabaseSession> OpenAsync(PostgresSettings settings, ConnectionRetry retry, CancellationToken cancellationToken) =>
        OpenAsync(settings, new PasswordLogin(settings), retry, cancellationToken);

    /// <inheritdoc cref="OpenAsync(PostgresSettings, ConnectionRetry, CancellationToken)"/>
    public static async Task<DatabaseSession> OpenAsync(
        PostgresSettings settings, ILogin login, ConnectionRetry retry, CancellationToken cancellationToken)
    {
        OpenSsl.RequireFor(settings.Tls);
        var tls = new TlsHandshake(settings);
        var source = Build(settings, login, tls);
        try
        {
            return new DatabaseSession(source, await ConnectAsync(TimeSpan.Zero, cancellationToken), ConnectAsync);
        }
        catch
        {
            await source.DisposeAsync();
            throw;
        }

        Task<NpgsqlConnection> ConnectAsync(TimeSpan atLeast, CancellationToken cancellationToken) =>
            retry.ConnectAsync(() => LogInAsync(source, settings, login, tls, cancellationToken), atLeast, cancellationToken);
    }

    private static async Task<NpgsqlConnection> LogInAsync(
        NpgsqlDataSource source, PostgresSettings settings, ILogin login, TlsHandshake tls, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (settings.ConnectTimeout > TimeSpan.Zero)
        {
            limit.CancelAfter(settings.ConnectTimeout);
        }

        try
        {
            // Npgsql ignores the cancellation token while it waits for the server's first answer. WaitAsync returns at once; Npgsql's own
            // timeout then ends its attempt.
            var connection = await source.OpenConnectionAsync(limit.Token).AsTask().WaitAsync(limit.Token);
            RequireVersion(connection);
            TcpUserTimeout.Set(settings.Port);
            return connection;
        }
        catch (Exception e) when (e is not MigratorException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw e is PostgresException refusal
                ? await login.ExplainAsync(new LoginRefusal(refusal.SqlState, refusal.MessageText, refusal), cancellationToken)
                    ?? LoginDiagnosis.Explain(refusal, settings, ConnectionDiagnosis.Server(settings))
                : ConnectionDiagnosis.Explain(
                    e, settings, tls.Diagnostic, ConnectionDiagnosis.IsTimeout(e) && await AcceptsAsync(settings, cancellationToken));
        }
    }

    // A pooler that waits for its server is no firewall.
    private static async Task<bool> AcceptsAsync(PostgresSettings settings, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(settings.Host, settings.Port, cancellationToken).AsTask()
                .WaitAsync(TimeSpan.FromSeconds(1), cancellationToken);
            return true;
        }
        catch (Exception e) when (e is SocketException or TimeoutException)
        {
            return UnixSocket.TryParse(settings.Host) is not null;
        }
    }

    private static NpgsqlDataSource Build(PostgresSettings settings, ILogin login, TlsHandshake tls)
    {
        LibpqVariables.Forget();
        var socket = UnixSocket.TryParse(settings.Host);
        var (host, port) = socket ?? (settings.Host, settings.Port);
        var builder = new NpgsqlSlimDataSourceBuilder
        {
            ConnectionStringBuilder =
            {
                Host = host,
                Port = port,
                Username = settings.User,
                Database = settings.Database,
                ApplicationName = "migrator",
                Timezone = "UTC",
                SslMode = settings.Tls.Enabled ? SslMode.Require : SslMode.Disable,

                // With the default, Npgsql repeats a refused login on a second connection.
                GssEncryptionMode = GssEncryptionMode.Disable,

                // In bytes: the first message of a run, 14 kB, is then one record of TLS and not three.
                WriteBufferSize = 16384,

                // A run uses one connection.
                Pooling = false,

                // Tells which statement failed, and so which migration.
                IncludeFailedBatchedCommand = true,

                // Names the objects that depend on one to be dropped. No other detail is shown: details may contain values of rows.
                IncludeErrorDetail = true,

                // The limit on connecting is our own, in milliseconds; statements have no limit on the client (see DatabaseSession).
                Timeout = (int)Math.Clamp(Math.Ceiling(settings.ConnectTimeout.TotalSeconds), 0, MaxTimeoutInSeconds),
                CommandTimeout = 0,

                // After a signal: how long to wait for the server to stop a statement before closing the connection, in milliseconds.
                CancellationTimeout = 700,

                // Detects a server that vanished silently (a failover, an expired NAT entry) within about a minute instead of hours (see
                // also TcpUserTimeout). This does not limit statements: a busy server still acknowledges probes. A Unix socket has no
                // keep-alive.
                TcpKeepAlive = socket is null,
                TcpKeepAliveTime = socket is null ? 10 : 0,
                TcpKeepAliveInterval = socket is null ? 5 : 0,
            },
        };

        // Loading the database's types would cost a round trip, and migrator uses none of them.
        builder.ConfigureTypeLoading(types => types.EnableTypeLoading(false));

        // A provider instead of a setting: without one, Npgsql would also read PGPASSWORD and ~/.pgpass, which Kong does not.
        // Npgsql calls it once for each connection, so every connection gets a fresh token.
        builder.UsePasswordProvider(
            _ => throw new NotSupportedException("Connections are opened asynchronously."), (_, stop) => login.PasswordAsync(stop));
        builder.EnableTransportSecurity();
        builder.UseSslClientAuthenticationOptionsCallback(tls.Configure);
        return builder.Build();
    }

    private static void RequireVersion(NpgsqlConnection connection)
    {
        if (connection.PostgreSqlVersion.Major < OldestVersion)
        {
            throw new MigratorException(
                $"The server is PostgreSQL {connection.PostgreSqlVersion}; migrator needs {OldestVersion} or newer.",
                "Upgrade the server. Kong 3.x does not support this version either.");
        }
    }
}
