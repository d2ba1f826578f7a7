using Migrator.Configuration.Diagnostics;
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
    [TestCase("pg_user = \u00A0kong", "unseen-character")]
    [TestCase("pg_user = kong\u200B", "unseen-character")]
    [TestCase("pg_password = \u200Bsecret", "unseen-character")]
    [TestCase("pg_database = my\u3000kong", "unseen-character")]
    [TestCase("pg_host = postgres://kong:secret@db:5432/kong", "cannot-connect")]
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
    [TestCase("pg_user = ${DB_USER}", "unfilled-template")]
    [TestCase("pg_password = $(DB_PASSWORD)", "unfilled-template")]
    [TestCase("pg_database = <database>", "unfilled-template")]
    [TestCase("pg_user = kong_{{ .Values.env }}", "unfilled-template")]
    [TestCase("pg_schema = $SCHEMA", "unfilled-template")]
    [TestCase("pg_user = __USER__", "unfilled-template")]
    [TestCase("pg_password = ENC[AES256_GCM,data:x,iv:y,tag:z,type:str]", "unfilled-template")]
    [TestCase("pg_password = arn:aws:secretsmanager:eu-west-1:1:secret:x", "unfilled-template")]
    [TestCase("pg_password = arn:aws-us-gov:ssm:us-gov-west-1:1:parameter/x", "unfilled-template")]
    [TestCase("pg_port = ${PORT}", "not-a-number")]
    [TestCase("pg_password = {\"username\":\"kong\",\"password\":\"x\"}", "json-password")]
    [TestCase("pg_timeout = 60", "short-timeout")]
    [TestCase("pg_ro_timeout = 5", "short-timeout")]
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
    [TestCase("#pg_host = 127.0.0.1  # KONG_PG_HOST overrides it\nmy_plugin_dict_size = 5m")]
    [TestCase("pg_password = a$(b${c}<d>")]
    [TestCase("pg_password = {not json}")]
    [TestCase("pg_timeout = 500")]
    [TestCase("pg_timeout = 0")]
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
    [TestCase("KONG_PG_NONSENSE_OF_MINE", "unknown-key")]
    [TestCase("KONG_PG_NONSENSE_FILE", "unknown-key")]
    [TestCase("KONG_PG_SUPPORT", "unknown-key")]
    public void A_variable_that_is_not_a_setting_gives_a_warning(string name, string code) =>
        Assert.That(Conf.Warnings("pg_user = a", (name, "x")), Is.EqualTo(new[] { ((int?)null, code) }));

    [TestCase("KONG_PG_SERVICE_HOST")]
    [TestCase("KONG_PG_SERVICE_PORT")]
    [TestCase("KONG_PG_SERVICE_PORT_POSTGRES")]
    [TestCase("KONG_PG_REPLICA_SERVICE_HOST")]
    [TestCase("KONG_PG_PORT_5432_TCP")]
    [TestCase("KONG_PG_PORT_5432_TCP_ADDR")]
    [TestCase("KONG_PG_REPLICA_PORT_5432_UDP_PROTO")]
    [TestCase("KONG_FOO")]
    [TestCase("KONG_")]
    [TestCase("KONG_PROXY_LISTEN")]
    public void Other_variables_give_no_warning(string name) => Assert.That(Conf.Warnings("pg_user = a", (name, "x")), Is.Empty);

    [Test]
    public void The_port_of_another_service_of_Kubernetes_gives_no_warning() =>
        Assert.That(Conf.Warnings("", ("KONG_PG_REPLICA_PORT", "tcp://10.0.0.1:5432")), Is.Empty);

    [TestCase("lua_ssl_trusted_certificate = /nonexistent/ca.pem")]
    [TestCase("pg_ssl = on\nlua_ssl_trusted_certificate = /nonexistent/ca.pem")]
    [TestCase("pg_ssl_verify = on\nlua_ssl_trusted_certificate = system,,system")]
    public void A_missing_certificate_that_a_connection_does_not_need_is_a_warning(string text) =>
        Assert.That(Conf.Load(text).Warnings.Select(w => w.Message), Has.One.Contains("does not start without it"));

    [Test]
    public void A_port_variable_set_by_Kubernetes_gives_a_warning() =>
        Assert.That(Conf.Warnings("", ("KONG_PG_PORT", "tcp://10.0.0.1:5432")), Is.EqualTo(new[] { ((int?)null, "not-a-number") }));

    [Test]
    public void Equal_warnings_are_one_message_with_their_lines()
    {
        var messages = ConfigurationDiagnostic.Merge(
            Conf.Inspect("pg_user = a\nno setting\nno setting\npg_ssl = yes\n" + string.Concat(Enumerable.Repeat("no setting\n", 20)))
                .Warnings);
        Assert.That(messages, Has.Count.EqualTo(2));
        Assert.That(messages[0], Does.Match(@"kong\.conf:2, 3, 5, 6, 7, 8, 9, 10, 11, 12 and 12 more: a line without"));
    }

    [Test]
    public void A_warning_about_a_JSON_secret_does_not_show_it() => Assert.That(
        Conf.Inspect("", ("KONG_PG_PASSWORD", "{\"password\":\"hunter2\"}")).Warnings.Single().Message,
        Does.Contain("whole JSON secret").And.Not.Contain("hunter2"));

    [Test]
    public void A_JSON_secret_from_a_vault_gives_the_warning_too() => Assert.That(
        Conf.Warnings("pg_password = {vault://env/secret}", ("SECRET", "{\"password\":\"hunter2\"}")),
        Is.EqualTo(new[] { ((int?)1, "json-password") }));

    [Test]
    public void At_most_fifty_warnings_of_one_kind_are_shown()
    {
        var warnings = Conf.Inspect("pg_user = a\n" + string.Concat(Enumerable.Repeat("no setting\n", 1000))).Warnings;
        Assert.That(warnings, Has.Count.EqualTo(51));
        Assert.That(warnings[^1].Message, Does.Contain("950 more"));
    }
}
