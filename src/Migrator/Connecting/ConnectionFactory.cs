using Migrator.Configuration.Connection;
using Migrator.Errors;
using Migrator.Sessions;
using Npgsql;

namespace Migrator.Connecting;

/// <summary>Makes the one physical connection of a run, or says why there is none.</summary>
internal static class ConnectionFactory
{
    /// <summary>The oldest PostgreSQL that has all that Kong's tables and our SQL need.</summary>
    private const int OldestVersion = 10;

    /// <summary>Npgsql takes no more, in seconds.</summary>
    private const int LongestTimeout = 1024;

    /// <summary>Connects and logs in, each time within <see cref="PostgresSettings.ConnectTimeout"/>.</summary>
    /// <param name="settings">Where to, and as whom.</param>
    /// <param name="retry">How long to wait for a database that is not there yet.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <exception cref="MigratorException">The server cannot be reached, cannot be trusted, or refuses.</exception>
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
            // Npgsql does not look at the token while it waits for the server's first answer: we do, and leave it to its own timeout.
            var connection = await source.OpenConnectionAsync(limit.Token).AsTask().WaitAsync(limit.Token);
            RequireVersion(connection);
            TcpUserTimeout.Set(settings.Port);
            return connection;
        }
        catch (Exception e) when (e is not MigratorException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw e is PostgresException refusal
                ? await login.ExplainAsync(refusal, cancellationToken)
                : ConnectionDiagnosis.Explain(e, settings, tls.Problem);
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

                // With the default a login that the server refuses is tried a second time on a second connection.
                GssEncryptionMode = GssEncryptionMode.Disable,

                // One connection for one run.
                Pooling = false,

                // Names the statement that failed; needed to say which migration it belongs to.
                IncludeFailedBatchedCommand = true,

                // Names what depends on an object that is to be dropped. Only that is shown of it: other details hold values of rows.
                IncludeErrorDetail = true,

                // The limit on connecting is our own, in milliseconds; statements have none on the client (see DatabaseSession).
                Timeout = (int)Math.Clamp(Math.Ceiling(settings.ConnectTimeout.TotalSeconds), 0, LongestTimeout),
                CommandTimeout = 0,

                // After a signal: how long to wait for the server to stop a statement, before the connection is simply closed.
                CancellationTimeout = 700,

                // A server that is gone without a word (a failover, a NAT that forgot us) is noticed within a minute or so, not after hours
                // (see also TcpUserTimeout). That is no limit on statements: a server that still works answers. A Unix socket has none of
                // this.
                TcpKeepAlive = socket is null,
                TcpKeepAliveTime = socket is null ? 10 : 0,
                TcpKeepAliveInterval = socket is null ? 5 : 0,
            },
        };

        // Loading the types of the database, of which none is used here, would cost a round trip.
        builder.ConfigureTypeLoading(types => types.EnableTypeLoading(false));

        // A provider rather than a setting: without one Npgsql would also look into PGPASSWORD and ~/.pgpass, which Kong does not.
        // It is asked once for each connection, so a token is always a fresh one.
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
                cause: null,
                "Upgrade the server. Kong 3.x does not support this version either.");
        }
    }
}
