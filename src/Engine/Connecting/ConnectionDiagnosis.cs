using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using Migrator.Configuration.Connection;

namespace Migrator.Connecting;

/// <summary>Explains why a connection failed, naming the settings to check.</summary>
internal static class ConnectionDiagnosis
{
    /// <summary>The error to show for an exception thrown while connecting.</summary>
    /// <param name="exception">What Npgsql threw.</param>
    /// <param name="settings">The settings of the connection.</param>
    /// <param name="certificate">Why the server's certificate was rejected; null if it was not.</param>
    /// <param name="accepts">Whether the port takes connections: then what did not answer is behind it.</param>
    public static MigratorException Explain(
        Exception exception, PostgresSettings settings, CertificateDiagnostic? certificate, bool accepts = false)
    {
        var server = Server(settings);
        if (certificate is not null)
        {
            return new MigratorException(
                $"The certificate of {server} is not trusted: {certificate.Cause}.", cause: null, certificate.Remedy, exception);
        }

        return exception switch
        {
            _ when exception.Find<MigratorException>() is { } known => known,
            _ when IsTimeout(exception) => TimedOut(exception, settings, server, accepts),
            _ when exception.Find<SocketException>() is { } socket => Unreachable(socket, settings, server),
            NpgsqlException e when e.Message.Contains("No SSL enabled connection", StringComparison.Ordinal) => NoTls(e, settings, server),
            _ when exception.Find<MissingPasswordException>() is not null => NoPassword(exception, settings, server),
            CryptographicException e => NoClientCertificate(e, settings),
            _ when exception.Find<AuthenticationException>() is not null => NoHandshake(exception, settings, server),

            // A server may end the handshake without an alert: an old one does when the two sides share no TLS version.
            NpgsqlException e when e.Message.Contains("SSL handshake", StringComparison.Ordinal) => NoHandshake(e, settings, server),
            _ => Broken(exception, server),
        };
    }

    /// <summary>Whether there was no answer in time.</summary>
    public static bool IsTimeout(Exception exception) =>
        exception is OperationCanceledException or TimeoutException or NpgsqlException { InnerException: TimeoutException };

    /// <summary>The server's address as messages show it: host:port, or the path of a Unix socket.</summary>
    public static string Server(PostgresSettings settings) => settings.Host switch
    {
        var socket when UnixSocket.TryParse(socket) is not null => socket,
        var ipv6 when ipv6.Contains(':', StringComparison.Ordinal) => $"[{ipv6}]:{settings.Port}",
        var host => $"{host}:{settings.Port}",
    };

    private static MigratorException TimedOut(Exception e, PostgresSettings settings, string server, bool accepts) => new(
        $"{server} did not answer within {settings.ConnectTimeout.TotalMilliseconds:0} ms.",
        accepts ? "It takes connections, and then says nothing. A pooler keeps a login waiting while it has no server: after a login that "
                + "failed, PgBouncer does so for server_login_retry (15 s), and then says why. Or the server is overloaded, or a firewall "
                + "or security group drops what follows."
            : "A firewall or security group drops the packets, or the server is overloaded.",
        accepts ? "See the log of the pooler or the server, or wait for its answer: --wait 30 (or raise pg_timeout, in milliseconds, or "
                + "--db-timeout, in seconds)."
            : "Check that this machine may reach the port (on AWS: the security group of the database), or raise pg_timeout "
                + "(milliseconds) or --db-timeout (seconds).",
        e)
    { IsTransient = true };

    private static MigratorException Unreachable(SocketException e, PostgresSettings settings, string server) => e.SocketErrorCode switch
    {
        SocketError.TooManyOpenSockets => OpenFiles.TooFew(e),
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => settings.Unresolved(e.Message, e),
        SocketError.ConnectionRefused => new(
            $"{server} refused the connection.",
            "No PostgreSQL listens there.",
            "Check pg_host and pg_port, and that the server runs and listens on that address (listen_addresses).",
            e)
        { IsTransient = true },
        _ => new(
            $"{server} cannot be reached: {e.Message}.",
            cause: null,
            "Check pg_host and pg_port, and the network between this machine and the server.",
            e)
        { IsTransient = true },
    };

    private static MigratorException NoTls(Exception e, PostgresSettings settings, string server) => settings.Iam is not null ? new(
        $"{server} does not speak TLS, and a token is never sent without it.",
        "What answers there is not Amazon RDS, or a proxy that ends TLS stands in between.",
        "Check pg_host and pg_port.",
        e) : new(
        $"{server} does not speak TLS, and pg_ssl is on.",
        "Kong would send the password in plain text here; migrator stops.",
        "Switch TLS on at the server (PostgreSQL: ssl = on), or write pg_ssl = off if plain text is what you want.",
        e);

    private static MigratorException NoPassword(Exception e, PostgresSettings settings, string server) => new(
        $"{server} asks for a password of user '{settings.User}', and none is set.",
        cause: null,
        "Set pg_password in kong.conf or KONG_PG_PASSWORD.",
        e);

    private static MigratorException NoClientCertificate(Exception e, PostgresSettings settings) => new(
        $"The client certificate {settings.Tls.ClientCertificateFile} cannot be used with the key {settings.Tls.ClientKeyFile}: "
            + $"{e.Message}",
        cause: null,
        "Give the PEM files of a certificate and of its own key, without a passphrase, in pg_ssl_cert and pg_ssl_cert_key.",
        e);

    private static MigratorException NoHandshake(Exception e, PostgresSettings settings, string server) => new(
        $"TLS with {server} cannot be agreed on: this side offers {Offered(settings.Tls.Protocols)}, and the server ends the handshake "
            + $"({e.GetBaseException().Message.TrimEnd('.')}).",
        "The two sides share no protocol version or cipher, or what answers there is not PostgreSQL.",
        "Check pg_port, pg_ssl_version, and the server's ssl_min_protocol_version and ssl_ciphers.",
        e)
    { IsTransient = e.Find<AuthenticationException>() is null };

    private static string Offered(SslProtocols protocols) => protocols switch
    {
        SslProtocols.Tls12 => "TLS 1.2 (pg_ssl_version)",
        SslProtocols.Tls13 => "TLS 1.3 (pg_ssl_version)",
        _ => "TLS 1.2 and 1.3",
    };

    private static MigratorException Broken(Exception e, string server) => new(
        $"The connection to {server} broke while logging in: {e.Message}",
        "Something between here and the server closed it, or what answers there is not PostgreSQL.",
        "Check pg_host and pg_port; with a proxy in between, look at its log.",
        e)
    { IsTransient = true };
}
