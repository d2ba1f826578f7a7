using System.Security.Authentication;
using Migrator.Configuration;
using Migrator.Configuration.Connection;
using Migrator.Configuration.Settings;

namespace Migrator.Tests.Configuration;

/// <summary>The connection parameters that result from the settings.</summary>
public sealed class ConnectionTests
{
    [Test]
    public void Unset_settings_have_the_defaults_of_the_gateways_driver()
    {
        var postgres = Conf.Load("pg_host =\npg_port = abc\npg_user =\npg_password =\npg_timeout =").Postgres;
        Assert.That(
            (postgres.Host, postgres.Port, postgres.User, postgres.Password, postgres.Database, postgres.ConnectTimeout),
            Is.EqualTo(("127.0.0.1", 5432, "postgres", (Secret?)null, "kong", TimeSpan.FromSeconds(60))));
    }

    [TestCase("pg_host = [::1]", "::1")]
    [TestCase("pg_host = ::1", "::1")]
    [TestCase("pg_host = unix:/tmp/.s.PGSQL.5432", "unix:/tmp/.s.PGSQL.5432")]
    [TestCase("pg_host = db.example", "db.example")]
    public void Hosts(string text, string host) => Assert.That(Conf.Load(text).Postgres.Host, Is.EqualTo(host));

    [TestCase("pg_port = 5432.7", 5432)]
    [TestCase("pg_port = 0x1538", 5432)]
    public void Ports(string text, int port) => Assert.That(Conf.Load(text).Postgres.Port, Is.EqualTo(port));

    [Test]
    public void The_read_only_connection_inherits_settings_that_are_not_given()
    {
        var configuration = Conf.Load("pg_host = main\npg_user = u\npg_password = p\npg_port = 6000\npg_ssl = on\npg_schema = "
            + "s\npg_ro_host = replica\npg_ro_user = ro\npg_ro_port =");
        var replica = configuration.ReadOnly!;
        Assert.That((replica.Host, replica.Port, replica.User, replica.Password!.Reveal(), replica.Schema, replica.Tls.Enabled,
            replica.IsReadOnly),
            Is.EqualTo(("replica", 6000, "ro", "p", "s", true, true)));
        Assert.That(configuration.Settings["pg_ro_ssl"].Value, Is.EqualTo(new SwitchValue(false)));
    }

    [Test]
    public void Without_its_own_host_there_is_no_read_only_connection() => Assert.That(Conf.Load("pg_ro_user = ro").ReadOnly, Is.Null);

    [Test]
    public void An_invalid_read_only_connection_is_only_a_warning()
    {
        var configuration = Conf.Load("pg_ro_host = replica\npg_ro_port = -5");
        Assert.That(configuration.ReadOnly, Is.Null);
        Assert.That(configuration.Warnings.Single().Code, Is.EqualTo("cannot-connect"));
    }

    [TestCase("pg_ro_user = ${RO_USER}")]
    [TestCase("pg_ro_database = $(RO_DATABASE)")]
    [TestCase("pg_ro_schema = <schema>")]
    [TestCase("pg_ro_user = ro_{{ .Values.env }}")]
    [TestCase("pg_ro_iam_auth = on\npg_ro_iam_auth_assume_role_arn = ${ROLE}")]
    public void A_template_that_was_not_filled_in_stops_only_what_uses_the_read_only_connection(string text)
    {
        var configuration = Conf.Load($"pg_ro_host = replica\n{text}");
        var name = text.Split('\n')[^1].Split(' ')[0];
        Assert.That(configuration.ReadOnly, Is.Null);
        Assert.That(configuration.NoReadOnly().Message, Does.Contain($"{name} has a template in it that was not filled in"));
        Assert.That(configuration.NoReadOnly().ExitCode, Is.EqualTo(Migrator.Errors.ExitCode.Usage));
        Assert.That(Conf.Warnings($"pg_ro_host = replica\n{text}").Select(w => w.Code), Is.EqualTo(new[] { "unfilled-template" }));
        Assert.That(Conf.Load(text).Warnings.Select(w => w.Code), Has.None.EqualTo("cannot-connect"), "there is no such connection");
    }

    [Test]
    public void Tls_is_off_by_default_and_on_if_requested()
    {
        Assert.That(Conf.Load("pg_host = db").Postgres.Tls, Is.SameAs(TlsSettings.Off));
        Assert.That(Conf.Load("pg_ssl = on").Postgres.Tls, Has.Property("Enabled").True.And.Property("Verify").False);
        Assert.That(Conf.Load("pg_ssl_required = on").Postgres.Tls.Enabled, Is.True);
    }

    [TestCase("tlsv1_2", SslProtocols.Tls12)]
    [TestCase("tlsv1_3", SslProtocols.Tls13)]
    [TestCase("any", SslProtocols.None)]
    public void Versions_of_tls(string version, SslProtocols protocols) =>
        Assert.That(Conf.Load($"pg_ssl = on\npg_ssl_version = {version}").Postgres.Tls.Protocols, Is.EqualTo(protocols));

    [Test]
    public void Iam_uses_no_password_and_always_verified_tls()
    {
        var postgres = Conf.Load("pg_iam_auth = on\npg_password = left over\npg_iam_auth_assume_role_arn = "
            + "arn:aws:iam::1:role/x\npg_iam_auth_sts_endpoint_url = https://sts.local").Postgres;
        Assert.That(postgres.Password, Is.Null);
        Assert.That(postgres.Tls, Has.Property("Enabled").True.And.Property("Verify").True);
        Assert.That((postgres.Iam!.AssumeRoleArn, postgres.Iam.RoleSessionName, postgres.Iam.StsEndpoint!.Host),
            Is.EqualTo(("arn:aws:iam::1:role/x", "KongPostgres", "sts.local")));
    }

    [Test]
    public void Iam_for_the_read_only_connection_does_not_change_the_other()
    {
        var configuration = Conf
            .Load("pg_password = p\npg_ro_iam_auth = on\npg_ro_host = replica\npg_iam_auth_assume_role_arn = not inherited");
        Assert.That(configuration.Postgres.Iam, Is.Null);
        Assert.That(configuration.Postgres.Password!.Reveal(), Is.EqualTo("p"));
        Assert.That(configuration.ReadOnly!.Iam!.AssumeRoleArn, Is.Null);
        Assert.That(configuration.ReadOnly.Password, Is.Null);
    }

    [Test]
    public void The_option_overrides_the_prefix_and_paths_are_absolute()
    {
        using var conf = new Conf("prefix = a/../b/");
        Assert.That(GatewayConfiguration.Load(conf.Request()).Settings.Text("prefix"), Is.EqualTo(Path.Combine(conf.Folder, "b")));
        Assert.That(GatewayConfiguration.Load(conf.Request(("KONG_PREFIX", "/c")) with { Prefix = "/d/" }).Settings.Text("prefix"),
            Is.EqualTo("/d"));
    }

    [Test]
    public void The_default_files_are_read_if_no_file_is_given()
    {
        using var conf = new Conf("pg_host = there");
        var request = conf.Request() with { File = null, DefaultFiles = ["/nonexistent/kong.conf", conf.Path] };
        Assert.That(GatewayConfiguration.Load(request).Postgres.Host, Is.EqualTo("there"));
        Assert.That(GatewayConfiguration.Load(request with { DefaultFiles = [] }).File, Is.Null);
    }
}
