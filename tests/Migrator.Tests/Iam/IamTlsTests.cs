using System.Security.Authentication;
using TestSupport.Aws;

namespace Migrator.Tests.Iam;

/// <summary>A token is sent only to a verified server over TLS.</summary>
internal sealed class IamTlsTests : IamTest
{
    [TestCase(SslProtocols.Tls12)]
    [TestCase(SslProtocols.Tls13)]
    public void Servers_with_only_one_version(SslProtocols protocols)
    {
        Bed.Front.Tls = protocols;
        AssertLogsIn(Bed.User.Arn, Bed.UserKeys);
    }

    [TestCase(SslProtocols.Tls12, "tlsv1_3", "TLS 1.3")]
    [TestCase(SslProtocols.Tls13, "tlsv1_2", "TLS 1.2")]
    public void Servers_without_the_requested_version(SslProtocols protocols, string wanted, string offered)
    {
        Bed.Front.Tls = protocols;
        AssertFails(Bed.Run("status", Bed.UserKeys, ("pg_ssl_version", wanted)), "cannot be agreed on", $"this side offers {offered}");
        Assert.That(Bed.Front.Logins, Is.Empty);
    }

    [Test]
    public void TLS_is_on_for_every_value_of_pg_ssl()
    {
        Bed.Front.IamUsers["kong"] = [];
        var result = Bed.Run("status", Bed.UserKeys, ("pg_ssl", "off"));
        Assert.That(result.ExitCode, Is.Zero, result.Errors);
        Assert.That(result.Errors, Does.Contain("pg_ssl = off has no effect"));
    }

    [Test]
    public void A_server_without_TLS_gets_no_token()
    {
        Bed.Front.Tls = null;
        AssertFails(Bed.Run("status", Bed.UserKeys), "does not speak TLS, and a token is never sent without it");
        Assert.That(Bed.Front.Logins, Is.Empty);
    }

    [Test]
    public void A_server_with_another_name() => AssertNotTrusted(new AwsBed("another-db.example.com"), "it is for another-db.example.com");

    [Test]
    public void A_server_with_an_expired_certificate() =>
        AssertNotTrusted(new AwsBed(AwsBed.Endpoint, DateTimeOffset.UtcNow.AddDays(-1)), "is valid from");

    [Test]
    public void A_server_of_another_certificate_authority()
    {
        using var other = new AwsBed(issuer: "Another Root CA");
        AssertNotTrusted(new AwsBed(), "was issued by 'CN=Test RDS Root CA'", ("lua_ssl_trusted_certificate", other.RootFile));
    }

    [Test]
    public void A_server_that_is_not_verified_gives_a_warning()
    {
        Use(new AwsBed("another-db.example.com"));
        var result = Bed.Run("status", Bed.UserKeys, ("pg_ssl_verify", "off"));
        Assert.That(result.ExitCode, Is.Zero, result.Errors);
        Assert.That(result.Errors, Does.Contain("The server's certificate is not checked (pg_ssl_verify = off)"));
    }

    [Test]
    public void A_client_certificate_is_refused()
    {
        var result = Bed.Run("status", Bed.UserKeys, ("pg_ssl_cert", "/some.crt"), ("pg_ssl_cert_key", "/some.key"));
        Assert.That(result.ExitCode, Is.EqualTo(2));
        Assert.That(result.Errors, Does.Contain("pg_ssl_cert and IAM authentication cannot go together"));
    }

    [Test]
    public void A_password_is_ignored_with_one_warning()
    {
        var result = Bed.Run("status", Bed.UserKeys, ("pg_password", Bed.Secret("a-password-left-over")));
        Assert.That(result.ExitCode, Is.Zero, result.Errors);
        Assert.That(result.Errors.Split("pg_password has no effect"), Has.Length.EqualTo(2));
    }

    private void AssertNotTrusted(AwsBed bed, string cause, params (string, string)[] settings)
    {
        Use(bed);
        AssertFails(Bed.Run("status", Bed.UserKeys, settings), "is not trusted", cause);
        Assert.That(Bed.Front.Logins, Is.Empty, "no token was sent");
    }
}
