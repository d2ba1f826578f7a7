using Migrator.Configuration.Connection;
using Migrator.Connecting;
using Migrator.Errors;
using TestSupport;

namespace Migrator.Tests.Connecting;

/// <summary>An untrusted certificate ends the connection before anything is sent, and each cause has its own message.</summary>
internal sealed class ServerCertificateTests
{
    [Test]
    public Task Issued_by_another_authority() =>
        AssertRefused(issued: _ => { }, trusted: new TestCertificates("another root"),
            "was issued by 'CN=migrator test root', which is not among the 1 trusted certificates", "bundle");

    [Test]
    public Task No_trusted_certificate_at_all() =>
        AssertRefused(issued: _ => { }, trusted: null, "which is not among the 0 trusted certificates", "lua_ssl_trusted_certificate");

    [Test]
    public Task Expired() =>
        AssertRefused(s => s.NotAfter = DateTimeOffset.UtcNow.AddDays(-1), "is valid from", "Renew");

    [Test]
    public Task For_another_host() =>
        AssertRefused(s => s.Host = "other.example", "it is for other.example, not for 127.0.0.1", "--ssl-verify-host off");

    [Test]
    public async Task For_another_host_is_accepted_if_only_the_chain_is_verified()
    {
        using var authority = new TestCertificates();
        using var server = PostgresServer.Start(["ssl = on"], prepare: data => authority.WriteServer(data, "other.example"));
        await using var session = await ConnectionFactory
            .OpenAsync(Settings(server, authority, verifyHost: false), ConnectionRetry.None, CancellationToken.None);
        Assert.That(session, Is.Not.Null);
    }

    private static async Task AssertRefused(Action<Issued> issued, string what, string remedy)
    {
        using var authority = new TestCertificates();
        await AssertRefused(issued, authority, authority, what, remedy);
    }

    private static async Task AssertRefused(Action<Issued> issued, TestCertificates? trusted, string what, string remedy)
    {
        using var authority = new TestCertificates();
        await AssertRefused(issued, authority, trusted, what, remedy);
        trusted?.Dispose();
    }

    private static async Task AssertRefused(
        Action<Issued> issued, TestCertificates authority, TestCertificates? trusted, string what, string remedy)
    {
        var certificate = new Issued();
        issued(certificate);
        using var server = PostgresServer.Start(
            ["ssl = on", "log_connections = on"], prepare: data => authority.WriteServer(data, certificate.Host, certificate.NotAfter));
        var error = (await Assert.ThrowsAsync<MigratorException>(
            () => ConnectionFactory.OpenAsync(Settings(server, trusted, verifyHost: true), ConnectionRetry.None, CancellationToken.None)))!;
        Assert.Multiple(() =>
        {
            Assert.That(error.Message, Does.Contain("is not trusted").And.Contain(what));
            Assert.That(error.Remedy, Does.Contain(remedy));
            Assert.That(File.ReadAllText(Path.Combine(server.Folder, "log")), Does.Not.Contain("user=the_user"),
                "the server never heard who we are");
        });
    }

    private static PostgresSettings Settings(PostgresServer server, TestCertificates? trusted, bool verifyHost) => new()
    {
        Host = "127.0.0.1",
        Port = server.Port,
        User = verifyHost ? "the_user" : "kong",
        Database = "postgres",
        ConnectTimeout = TimeSpan.FromSeconds(10),
        Tls = TlsSettings.Off with
        {
            Enabled = true,
            Verify = true,
            VerifyHost = verifyHost,
            Trusted = trusted is null ? [] : [trusted.Root],
        },
    };

    private sealed class Issued
    {
        public string Host { get; set; } = "127.0.0.1";

        public DateTimeOffset? NotAfter { get; set; }
    }
}
