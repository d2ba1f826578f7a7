using Migrator.Configuration;
using Migrator.Configuration.Connection;
using Migrator.Configuration.Settings;

namespace Migrator.Tests.Configuration;

/// <summary>Tests of settings and defaults that gateways newer than 3.9 have.</summary>
public sealed class NewerGatewayTests
{
    [TestCase(null, false, "default")]
    [TestCase("3.13", false, "default")]
    [TestCase("3.14", true, "default since 3.14")]
    [TestCase("3.16.0.1", true, "default since 3.14")]
    public void From_3_14_on_certificates_are_verified_by_default(string? version, bool verifies, string source)
    {
        var settings = Inspect("pg_ssl = on", version).Settings;
        Assert.That((settings.IsOn("pg_ssl_verify"), settings["pg_ssl_verify"].Source.ToString()), Is.EqualTo((verifies, source)));
    }

    [Test]
    public void From_3_14_on_TLS_1_2_is_the_version_unless_another_is_given()
    {
        Assert.That(TlsOf("pg_ssl = on", "3.14").Protocols, Is.EqualTo(System.Security.Authentication.SslProtocols.Tls12));
        Assert.That(TlsOf("pg_ssl = on\npg_ssl_version = any", "3.14").Protocols,
            Is.EqualTo(System.Security.Authentication.SslProtocols.None));
        Assert.That(TlsOf("pg_ssl = on", null).Protocols, Is.EqualTo(System.Security.Authentication.SslProtocols.None));
    }

    [Test]
    public void What_is_given_wins_over_the_default_of_a_version() =>
        Assert.That(Inspect("pg_ssl = on\npg_ssl_verify = off", "3.14").Settings.IsOn("pg_ssl_verify"), Is.False);

    [Test]
    public void The_default_of_a_version_does_not_warn_where_TLS_is_off() =>
        Assert.That(Inspect("pg_host = db", "3.14").Warnings, Is.Empty);

    [TestCase("pg_azure_auth", "Microsoft Entra ID")]
    [TestCase("pg_gcp_auth", "Google Cloud IAM")]
    [TestCase("pg_ro_oauth_auth", "an OAuth 2.0 server")]
    public void A_login_with_another_token_is_refused_with_what_it_is(string name, string issuer) => Assert.That(
        Conf.Errors($"{name} = on").Single().Message, Does.Contain(issuer).And.Contain($"KONG_{name.ToUpperInvariant()}=off"));

    [Test]
    public void A_file_with_every_setting_of_every_gateway_reads_without_a_warning_about_names()
    {
        var names = KnownNames.All.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Where(name => SettingCatalogue.Find(name) is null);
        Assert.That(Conf.Inspect(string.Concat(names.Select(name => $"{name} = x\n"))).Warnings, Is.Empty);
    }

    private static GatewayConfiguration Inspect(string text, string? version)
    {
        using var conf = new Conf(text);
        return GatewayConfiguration.Inspect(conf.Request() with { GatewayVersion = version is null ? null : Version.Parse(version) });
    }

    private static TlsSettings TlsOf(string text, string? version) => Inspect(text, version).Postgres.Tls;
}
