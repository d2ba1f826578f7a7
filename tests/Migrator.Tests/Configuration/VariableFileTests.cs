using Migrator.Configuration;
using Migrator.Configuration.Diagnostics;

namespace Migrator.Tests.Configuration;

/// <summary>Tests of variables that name a file with the value of a setting, as Kong's official image reads them.</summary>
public sealed class VariableFileTests
{
    [TestCase("secret", "secret")]
    [TestCase("secret\n", "secret")]
    [TestCase("secret\n\n", "secret")]
    [TestCase("sec#ret\n", "sec#ret")]
    [TestCase("first\nsecond\n", "first\nsecond")]
    public void The_value_is_the_content_without_line_ends_at_the_end(string content, string expected)
    {
        var settings = Read(content).Settings;
        Assert.That(settings.Text("pg_password"), Is.EqualTo(expected));
        Assert.That(settings["pg_password"].Source.ToString(), Is.EqualTo("environment variable KONG_PG_PASSWORD_FILE"));
    }

    [Test]
    public void The_content_can_be_a_reference_and_can_be_referred_to()
    {
        using var conf = new Conf("pg_user = {vault://env/kong-pg-password}");
        var file = conf.Write("password", "{vault://env/secret}\n");
        var settings = GatewayConfiguration.Inspect(conf.Request(("KONG_PG_PASSWORD_FILE", file), ("SECRET", "v"))).Settings;
        Assert.That(settings.Text("pg_password"), Is.EqualTo("v"));
        Assert.That(settings.Text("pg_user"), Is.EqualTo("{vault://env/secret}"));
    }

    [Test]
    public void It_overrides_kong_conf_for_every_setting_and_a_path_may_be_relative()
    {
        using var conf = new Conf("pg_host = a\npg_port = 1\n");
        conf.Write("host", "b\n");
        conf.Write("port", "0x10\n");
        var settings = GatewayConfiguration.Inspect(conf.Request(("KONG_PG_HOST_FILE", "host"), ("KONG_PG_PORT_FILE", "./port"))).Settings;
        Assert.That((settings.Text("pg_host"), settings.Number("pg_port")), Is.EqualTo(("b", 16d)));
    }

    [TestCase("")]
    [TestCase("\n")]
    [TestCase("a\0b")]
    public void Content_that_is_no_value_is_refused(string content) => Assert.That(
        Errors(content).Single().Message, Does.Contain("KONG_PG_PASSWORD_FILE names /").And.Contain("Write the value into the file"));

    [Test]
    public void A_huge_file_is_refused() => Assert.That(
        Errors(new string('x', 200_000)).Single().Message, Does.Contain("it is larger than 128 KiB"));

    [Test]
    public void A_file_that_does_not_exist_is_refused() => Assert.That(
        Conf.Errors("pg_host = db", ("KONG_PG_PASSWORD_FILE", "/no/such/file")).Single().Message,
        Does.Contain("names /no/such/file, which cannot be read: it does not exist"));

    [Test]
    public void A_password_in_place_of_the_path_is_not_shown() => Assert.That(
        Conf.Errors("pg_host = db", ("KONG_PG_PASSWORD_FILE", "hunter2")).Single().Message,
        Does.Contain("no path").And.Not.Contain("hunter2"));

    [Test]
    public void Both_forms_at_once_are_refused_as_by_the_image()
    {
        using var conf = new Conf("");
        var file = conf.Write("password", "a");
        var refused = Assert.Throws<ConfigurationException>(
            () => GatewayConfiguration.Inspect(conf.Request(("KONG_PG_PASSWORD_FILE", file), ("KONG_PG_PASSWORD", "b"))));
        Assert.That(refused!.Errors.Single().Message, Does.Contain("both KONG_PG_PASSWORD and KONG_PG_PASSWORD_FILE are set"));
    }

    [Test]
    public void An_empty_form_counts_as_unset()
    {
        using var conf = new Conf("");
        var file = conf.Write("password", "a");
        Assert.That(
            GatewayConfiguration.Inspect(conf.Request(("KONG_PG_PASSWORD_FILE", file), ("KONG_PG_PASSWORD", ""))).Settings
                .Text("pg_password"),
            Is.EqualTo("a"));
        Assert.That(
            Conf.Settings("", ("KONG_PG_PASSWORD_FILE", ""), ("KONG_PG_PASSWORD", "b")).Text("pg_password"), Is.EqualTo("b"));
    }

    [Test]
    public void A_misspelt_variable_is_named_with_what_was_meant() => Assert.That(
        Conf.Inspect("", ("KONG_PG_PASWORD_FILE", "/x"), ("KONG_ADMIN_LISTEN_FILE", "/x")).Warnings.Single().Message,
        Does.Contain("Write KONG_PG_PASSWORD_FILE, if that is meant"));

    private static GatewayConfiguration Read(string content)
    {
        using var conf = new Conf("pg_password = other");
        return GatewayConfiguration.Inspect(conf.Request(("KONG_PG_PASSWORD_FILE", conf.Write("password", content))));
    }

    private static IReadOnlyList<ConfigurationDiagnostic> Errors(string content) =>
        Assert.Throws<ConfigurationException>(() => Read(content))!.Errors;
}
