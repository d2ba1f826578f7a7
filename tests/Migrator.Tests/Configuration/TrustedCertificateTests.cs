using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Migrator.Configuration;
using Migrator.Configuration.Diagnostics;

namespace Migrator.Tests.Configuration;

/// <summary>Tests of the trusted certificates: files, the system's bundle, PEM and base64.</summary>
public sealed class TrustedCertificateTests
{
    private static readonly string Pem = MakePem();

    private const string Verified = "pg_ssl = on\npg_ssl_verify = on\n";

    [Test]
    public void Pem_can_be_given_as_base64_in_both_alphabets()
    {
        var base64 = Convert.ToBase64String(Encoding.ASCII.GetBytes(Pem));
        foreach (var item in new[] { base64, base64.Replace('+', '-').Replace('/', '_').TrimEnd('=') })
        {
            var configuration = Conf.Load($"{Verified}lua_ssl_trusted_certificate = {item}");
            Assert.That(configuration.Settings.List("lua_ssl_trusted_certificate"), Is.EqualTo(new[] { Pem }));
            Assert.That(configuration.Postgres.Tls.Trusted.Single().Subject, Is.EqualTo("CN=test"));
        }
    }

    [Test]
    public void Pem_can_be_given_in_the_environment() =>
        Assert.That(Conf.Load(Verified, ("KONG_LUA_SSL_TRUSTED_CERTIFICATE", Pem)).Postgres.Tls.Trusted, Has.Count.EqualTo(1));

    [Test]
    public void Pem_can_come_from_a_vault() => Assert.That(
        Conf.Load($"{Verified}lua_ssl_trusted_certificate = {{vault://env/ca/pem}}",
            ("CA", $"{{\"pem\": \"{Pem}\"}}")).Postgres.Tls.Trusted, Has.Count.EqualTo(1));

    [Test]
    public void A_relative_file_becomes_an_absolute_one()
    {
        using var conf = new Conf($"{Verified}lua_ssl_trusted_certificate = ca.pem, system\nlua_ssl_verify_depth = 3");
        var path = conf.Write("ca.pem", Pem + "\n" + Pem);
        var configuration = GatewayConfiguration.Load(conf.Request() with { SystemBundles = [] });
        Assert.That(configuration.Settings.List("lua_ssl_trusted_certificate"), Is.EqualTo(new[] { path }));
        Assert.That((configuration.Postgres.Tls.Trusted.Count, configuration.Postgres.Tls.VerifyDepth), Is.EqualTo((2, 3)));
    }

    [Test]
    public void System_is_the_first_bundle_that_exists()
    {
        using var conf = new Conf("lua_ssl_trusted_certificate = system");
        var path = conf.Write("bundle.pem", Pem);
        var request = conf.Request() with { SystemBundles = ["/nonexistent", path, conf.Path] };
        Assert.That(GatewayConfiguration.Load(request).Settings.List("lua_ssl_trusted_certificate"), Is.EqualTo(new[] { path }));
    }

    [Test]
    public void Host_names_are_checked_unless_the_option_says_no()
    {
        using var conf = new Conf($"{Verified}lua_ssl_trusted_certificate = ca.pem");
        conf.Write("ca.pem", Pem);
        Assert.That(GatewayConfiguration.Load(conf.Request()).Postgres.Tls.VerifyHost, Is.True);
        Assert.That(GatewayConfiguration.Load(conf.Request() with { VerifyHost = false }).Postgres.Tls.VerifyHost, Is.False);
    }

    [Test]
    public void A_client_certificate_needs_its_key()
    {
        using var conf = new Conf("pg_ssl = on\npg_ssl_cert = client.pem\npg_ssl_cert_key = client.key");
        var (certificate, key) = (conf.Write("client.pem", Pem), conf.Write("client.key", "key"));
        var tls = GatewayConfiguration.Load(conf.Request()).Postgres.Tls;
        Assert.That((tls.ClientCertificateFile, tls.ClientKeyFile), Is.EqualTo((certificate, key)));
        File.WriteAllText(conf.Path, "pg_ssl = on\npg_ssl_cert = client.pem");
        Assert.That(() => GatewayConfiguration.Load(conf.Request()),
            Throws.InstanceOf<ConfigurationException>().With.Message.Contains("pg_ssl_cert_key"));
    }

    private static string MakePem()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        return certificate.ExportCertificatePem();
    }
}
