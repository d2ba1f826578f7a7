using TestSupport;

namespace Migrator.Tests.Connecting;

/// <summary>A server that requires TLS and a password: what a login needs, and the errors without it.</summary>
[FixtureLifeCycle(LifeCycle.SingleInstance)]
internal sealed class PasswordLoginTests
{
    private const string Password = "s3cr3t-p4ssw0rd";

    private readonly TestCertificates authority = new();
    private PostgresServer server = null!;
    private TestDatabase database = null!;
    private string rootFile = null!;

    [OneTimeSetUp]
    public void Start()
    {
        server = PostgresServer.Start(
            ["ssl = on", "ssl_ca_file = 'root.crt'"],
            ["hostssl all with_certificate 127.0.0.1/32 cert", "hostssl all with_password 127.0.0.1/32 scram-sha-256",
                "hostssl all all 127.0.0.1/32 trust", "host all kong 127.0.0.1/32 trust"],
            prepare: data =>
            {
                authority.WriteServer(data);
                File.WriteAllText(Path.Combine(data, "root.crt"), authority.RootPem);
            });
        database = server.CreateDatabase();
        database.Execute($"SET password_encryption = 'scram-sha-256'; CREATE ROLE with_certificate LOGIN; CREATE ROLE with_password "
            + $"LOGIN SUPERUSER PASSWORD '{Password}'");
        rootFile = Path.Combine(server.Folder, "root.pem");
        File.WriteAllText(rootFile, authority.RootPem);
    }

    [OneTimeTearDown]
    public void Stop()
    {
        database.Dispose();
        server.Dispose();
        authority.Dispose();
    }

    [Test]
    public void Variables_of_libpq_do_not_affect_the_connection()
    {
        using var empty = PostgresServer.Shared.CreateDatabase();
        empty.Execute("CREATE SCHEMA evil; CREATE TABLE evil.schema_meta (key text, subsystem text, last_executed text, executed text[], "
            + "pending text[])");
        using var conf = KongConf.For(empty);
        var result = MigratorProcess.Run($"list -c {conf.Path}", new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PGOPTIONS"] = "-c search_path=evil",
            ["PGCLIENTENCODING"] = "SQL_ASCII",
            ["PGTZ"] = "Nowhere/Else",
            ["PGTARGETSESSIONATTRS"] = "standby",
            ["PGSSLCERT"] = "/nonexistent",
            ["PGSSLKEY"] = "/nonexistent",
        });
        Assert.That(result.ExitCode, Is.EqualTo(3), result.Errors);
        Assert.That(result.Output, Does.Contain("Schema 'public' is empty"));
    }

    [Test]
    public void With_the_password_and_a_verified_certificate_a_database_is_bootstrapped()
    {
        using var fresh = server.CreateDatabase();
        using var conf = KongConf.For(fresh, [.. Verified, ("pg_password", Password)]);
        var result = MigratorProcess.Run($"bootstrap -c {conf.Path}");
        Assert.That(result.ExitCode, Is.Zero, result.Errors);
    }

    [Test]
    public void A_wrong_password_is_refused_and_not_printed()
    {
        var result = List([.. Verified, ("pg_password", Password + "-wrong")]);
        ConnectionErrorTests.AssertRefused(result, "refused the password of user 'with_password' [28P01]", "pg_password");
        Assert.That(result.Errors, Does.Not.Contain(Password));
    }

    [Test]
    public void A_missing_password_is_an_error_and_not_read_from_elsewhere()
    {
        using var conf = KongConf.For(database, Verified);
        var result = MigratorProcess
            .Run($"list -c {conf.Path}", new Dictionary<string, string>(StringComparer.Ordinal) { ["PGPASSWORD"] = Password });
        ConnectionErrorTests.AssertRefused(result, "asks for a password of user 'with_password', and none is set", "KONG_PG_PASSWORD");
    }

    [Test]
    public void A_server_that_requires_TLS_refuses_plain_text() => ConnectionErrorTests.AssertRefused(
        List([("pg_user", "with_password"), ("pg_password", Password)]), "no encryption", "pg_ssl = on");

    [Test]
    public void TLS_without_verification_needs_no_certificate() =>
        Assert.That(List([("pg_user", "with_password"), ("pg_password", Password), ("pg_ssl", "on")]).ExitCode, Is.EqualTo(3));

    [Test]
    public void A_client_certificate_is_a_login()
    {
        authority.WriteServer(server.Folder, "with_certificate");
        var files = (Certificate: Path.Combine(server.Folder, "server.crt"), Key: Path.Combine(server.Folder, "server.key"));
        var known = List([.. Verified, ("pg_user", "with_certificate"), ("pg_ssl_cert", files.Certificate),
            ("pg_ssl_cert_key", files.Key)]);
        var unknown = List([.. Verified, ("pg_user", "with_certificate")]);
        Assert.That(known.ExitCode, Is.EqualTo(3), known.Errors);
        ConnectionErrorTests.AssertRefused(unknown, "connection requires a valid client certificate", "pg_user");
    }

    [Test]
    public void The_session_is_encrypted_and_has_an_application_name()
    {
        using var fresh = server.CreateDatabase();
        fresh.Execute(
            """
            CREATE TABLE seen (application text, tls bool, zone text);
            CREATE FUNCTION look() RETURNS event_trigger LANGUAGE plpgsql AS $$
            BEGIN
              INSERT INTO public.seen SELECT application_name, ssl, current_setting('TimeZone') FROM pg_stat_activity JOIN pg_stat_ssl
                USING (pid) WHERE pid = pg_backend_pid();
            END $$;
            CREATE EVENT TRIGGER look ON ddl_command_end WHEN TAG IN ('CREATE FUNCTION') EXECUTE PROCEDURE look();
            """);
        using var conf = KongConf.For(fresh, [.. Verified, ("pg_password", Password), ("pg_schema", "gateway")]);
        var result = MigratorProcess.Run($"bootstrap -c {conf.Path}");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero, result.Errors);
            Assert.That(fresh.Query("SELECT DISTINCT concat_ws(' ', application, tls, zone) FROM seen"),
                Is.EqualTo(new[] { "migrator t UTC" }));
        });
    }

    private (string, string)[] Verified =>
        [("pg_user", "with_password"), ("pg_ssl", "on"), ("pg_ssl_verify", "on"), ("lua_ssl_trusted_certificate", rootFile)];

    private ProcessResult List((string, string)[] settings)
    {
        using var conf = KongConf.For(database, settings);
        return MigratorProcess.Run($"list -c {conf.Path}");
    }
}
