using Migrator.Configuration;

namespace Migrator.Tests.Configuration;

/// <summary>The list of all settings that the file and the environment give.</summary>
public sealed class GivenKeyTests
{
    [Test]
    public void Settings_that_do_not_concern_migrations_are_listed_with_line_and_place()
    {
        using var conf = new Conf("# c\nproxy_listen = off # no\nupstream_keepalive = 060\npg-host = db\nproxy_listen = 0.0.0.0:1\n");
        var given = GatewayConfiguration.Inspect(conf.Request()).Given;
        Assert.That(given.Select(g => (g.Name, g.Value, g.Line)), Is.EqualTo(new (string, string?, int?)[]
        {
            ("upstream_keepalive", "60", 3), ("pg_host", "db", 4), ("proxy_listen", "0.0.0.0:1", 5),
        }));
        Assert.That(given.Select(g => g.Place), Is.All.StartsWith(conf.Path + ":"));
    }

    [Test]
    public void Variables_follow_the_file_and_override_it()
    {
        var given = Conf.Inspect(
            "pg_user = a\nnginx_optimizations = on",
            ("KONG_NGINX_OPTIMIZATIONS", " off "), ("KONG_PROXY_LISTEN_FILE", "/x"), ("kong_prefix", "/y"), ("KONG_VERSION", "3.9"),
            ("PG_HOST", "z")).Given;
        Assert.That(given.Select(g => (g.Name, g.Value, g.Line)), Is.EqualTo(new (string, string?, int?)[]
        {
            ("pg_user", "a", 1), ("nginx_optimizations", "on", 2), ("nginx_optimizations", "off", null), ("proxy_listen", null, null),
        }));
        Assert.That(given[2].Place, Is.EqualTo("environment variable KONG_NGINX_OPTIMIZATIONS"));
    }

    [Test]
    public void Joined_lines_and_lines_behind_a_section_are_read_as_the_gateway_does()
    {
        var given = Conf.Inspect("headers = a,\\\nb\nmem_cache_size = \n[x]\nproxy_listen = off").Given;
        Assert.That(given.Select(g => (g.Name, g.Value, g.Line)), Is.EqualTo(new (string, string?, int?)[]
        {
            ("headers", "a,b", 1), ("mem_cache_size", null, 3),
        }));
    }

    [TestCase("pg_password")]
    [TestCase("cassandra_password")]
    [TestCase("smtp_password")]
    [TestCase("proxy_server")]
    [TestCase("ssl_cert_key")]
    [TestCase("admin_gui_session_conf")]
    [TestCase("vault_hcv_token")]
    [TestCase("vault_hcv_anything")]
    [TestCase("nginx_proxy_proxy_set_header")]
    public void A_value_that_may_be_a_secret_is_masked(string name) => Assert.Multiple(() =>
    {
        Assert.That(Conf.Inspect($"pg_host = a\n{name} = hunter2").Given[^1].Value, Is.EqualTo("***"));
        Assert.That(Conf.Inspect("pg_host = a", ($"KONG_{name.ToUpperInvariant()}", "hunter2")).Given[^1].Value, Is.EqualTo("***"));
        Assert.That(Conf.Inspect("admin_gui_api_url = http://a:hunter2@b").Given.Single().Value, Is.EqualTo("***"));
    });

    [TestCase("", "traditional_compatible")]
    [TestCase("router_flavor = traditional", "traditional")]
    [TestCase("router_flavor = anything", "anything")]
    public void The_router_can_be_read_and_is_never_refused(string text, string flavor)
    {
        var configuration = Conf.Inspect("pg_host = db\n" + text);
        Assert.That(configuration.Settings.Text("router_flavor"), Is.EqualTo(flavor));
        Assert.That(configuration.Warnings, Is.Empty);
    }
}
