using Migrator.Configuration.Settings;

namespace Migrator.Tests.Configuration;

/// <summary>Settings that are probably misunderstood: which give a warning, at which line, and which do not.</summary>
public sealed class WarningTests
{
    [TestCase("pg_password = pass#word", "comment-cut")]
    [TestCase("pg_password = my #secret", "comment-cut")]
    [TestCase("pg_user = \"a # b\"", "comment-cut", "quotes-kept")]
    [TestCase("pg_password = \"s3cret\"", "quotes-kept")]
    [TestCase("pg_host = 'db1'", "quotes-kept", "cannot-connect")]
    [TestCase("pg_password = 0123", "number-rewritten")]
    [TestCase("pg_database = 1e5", "number-rewritten")]
    [TestCase("pg_user = +491234", "number-rewritten")]
    [TestCase("pg_port = 5432 kB", "number-rewritten")]
    [TestCase("pg_ssl = yes", "not-a-boolean")]
    [TestCase("pg_ssl_verify = ON", "not-a-boolean")]
    [TestCase("pg_ro_ssl = require", "not-a-boolean")]
    [TestCase("pg_port = abc", "not-a-number")]
    [TestCase("pg_timeout = 5s", "not-a-number")]
    [TestCase("pg_pasword = x\ndatabase = postgres", "unknown-key")]
    [TestCase("pg_username = x\ndatabase = postgres", "unknown-key")]
    [TestCase("pg_nonsense_of_mine = x\ndatabase = postgres", "unknown-key")]
    [TestCase("export pg_host = x\ndatabase = postgres", "unknown-key")]
    [TestCase("KONG_PG_HOST = x\ndatabase = postgres", "unknown-key")]
    [TestCase("databse = x\ndatabase = postgres", "unknown-key")]
    [TestCase("lua_ssl_trusted_certificates = system\ndatabase = postgres", "unknown-key")]
    [TestCase("PG_HOST = x\ndatabase = postgres", "wrong-case")]
    [TestCase("Pg_Host = x\ndatabase = postgres", "wrong-case")]
    [TestCase("pg_host x\ndatabase = postgres", "no-equals")]
    [TestCase("\uFEFFpg_host = db1\npg_user = bob", "bom")]
    [TestCase("pg_user =", "empty-value")]
    [TestCase("pg_host = # later", "empty-value")]
    [TestCase("pg_database =", "empty-value", "cannot-connect")]
    [TestCase("pg_host = a\rpg_user = b", "carriage-return", "cannot-connect")]
    [TestCase("# note\rpg_user = b\ndatabase = postgres", "carriage-return")]
    [TestCase("pg_user = {vault://env/user#1}", "half-reference", "comment-cut")]
    [TestCase("pg_user = {Vault://env/user}", "half-reference")]
    [TestCase("pg_ssl_verify = on", "no-effect")]
    [TestCase("pg_ssl_required = on", "no-effect")]
    [TestCase("pg_ssl_version = tlsv1_3", "no-effect")]
    [TestCase("pg_port = 99999", "cannot-connect")]
    [TestCase("pg_host = /var/run/postgresql", "cannot-connect")]
    [TestCase("pg_user = a\n[kong]\ndatabase = postgres", "section")]
    [TestCase("pg_user = a\ndatabase = postgres\\", "lost-at-end")]
    public void A_probable_misunderstanding_gives_one_warning(string text, params string[] codes) =>
        Assert.That(Conf.Warnings(text).Select(w => w.Code), Is.EquivalentTo(codes));

    [TestCase("pg_user = one\npg-user = two", 2, "duplicate-key")]
    [TestCase("pg_password = abc\\\npg_host = db1\npg_user = bob", 2, "swallowed-line")]
    [TestCase("pg_user = bob # trailing \\\n\npg_database = swallowed", 3, "swallowed-line")]
    [TestCase("# a\n\n\npg_ssl = 1", 4, "not-a-boolean")]
    public void A_warning_names_its_line(string text, int line, string code) =>
        Assert.That(Conf.Warnings(text), Is.EqualTo(new[] { ((int?)line, code) }));

    [TestCase("pg_user = bob # the user")]
    [TestCase("pg_password = pass\\#word")]
    [TestCase("pg_password = secret # not telling")]
    [TestCase("pg_password = 0123 # text")]
    [TestCase("pg_port = 0x1538")]
    [TestCase("pg_port = 05432")]
    [TestCase("pg_ro_host =\npg_schema =\npg_password =\npg_ssl =\npg_ro_ssl =")]
    [TestCase("plugins = bundled,\\\nmy-plugin\npg_user = bob")]
    [TestCase("proxy_listen = nonsense\nheaders = bogus\nssl_cert = /nowhere\nproxy_lissten = x\nserf_path = /x\nproxy_listen = "
        + "x\npg_user = bob")]
    [TestCase("nginx_http_lua_shared_dict = cache 1m\nanonymous_reports = no thanks\nplugins = \"a\"\nadmin_listen =")]
    [TestCase("\uFEFF# a comment\npg_user = bob")]
    [TestCase("pg_host = ::1")]
    [TestCase("pg_host = [::1]")]
    [TestCase("pg_host = unix:/var/run/postgresql/.s.PGSQL.5432")]
    [TestCase("# nothing but\n; comments\n\n")]
    [TestCase("")]
    [TestCase("pg_user = a\n[section without anything behind it]\n# nothing\n")]
    public void A_setting_with_its_probable_meaning_gives_no_warning(string text) => Assert.That(Conf.Warnings(text), Is.Empty);

    [Test]
    public void All_other_settings_of_the_gateway_give_no_warning() => Assert.That(
        Conf.Warnings(string.Join(
            '\n', SettingCatalogue.AllNames().Where(name => SettingCatalogue.Find(name) is null).Select(name => $"{name} = \"0123#"))),
        Is.Empty);

    [Test]
    public void The_warning_for_a_misspelt_key_names_the_nearest_known_key() =>
        Assert.That(Conf.Inspect("pg_hots = x\ndatabase = postgres").Warnings.Single().ToString(),
            Does.Match(@"kong\.conf:1: pg_hots .*pg_host"));

    [Test]
    public void The_warning_for_an_overriding_variable_has_the_line_in_the_file() =>
        Assert.That(Conf.Warnings("\npg_host = file", ("KONG_PG_HOST", "env")), Is.EqualTo(new[] { ((int?)2, "environment-overrides") }));

    [TestCase("KONG_PG_HOST", "")]
    [TestCase("KONG_PG_HOST", "  ")]
    public void An_empty_variable_that_unsets_a_setting_gives_a_warning(string name, string value) =>
        Assert.That(Conf.Warnings("pg_host = file", (name, value)).Select(w => w.Code),
            Is.EquivalentTo(new[] { "environment-overrides", "empty-value" }));

    [TestCase("kong_pg_host", "wrong-case")]
    [TestCase("KONG_pg_host", "wrong-case")]
    [TestCase("KONG_PG_HOSTT", "unknown-key")]
    [TestCase("KONG_PG_SSLMODE", "unknown-key")]
    public void A_variable_that_is_not_a_setting_gives_a_warning(string name, string code) =>
        Assert.That(Conf.Warnings("pg_user = a", (name, "x")), Is.EqualTo(new[] { ((int?)null, code) }));

    [TestCase("KONG_PG_SERVICE_HOST")]
    [TestCase("KONG_PG_PORT_5432_TCP_ADDR")]
    [TestCase("KONG_FOO")]
    [TestCase("KONG_")]
    [TestCase("KONG_PROXY_LISTEN")]
    public void Other_variables_give_no_warning(string name) => Assert.That(Conf.Warnings("pg_user = a", (name, "x")), Is.Empty);

    [Test]
    public void A_port_variable_set_by_Kubernetes_gives_a_warning() =>
        Assert.That(Conf.Warnings("", ("KONG_PG_PORT", "tcp://10.0.0.1:5432")), Is.EqualTo(new[] { ((int?)null, "not-a-number") }));

    [Test]
    public void At_most_fifty_warnings_of_one_kind_are_shown()
    {
        var warnings = Conf.Inspect("pg_user = a\n" + string.Concat(Enumerable.Repeat("no setting\n", 1000))).Warnings;
        Assert.That(warnings, Has.Count.EqualTo(51));
        Assert.That(warnings[^1].Message, Does.Contain("950 more"));
    }
}
