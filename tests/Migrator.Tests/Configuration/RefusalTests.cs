using System.Text;
using Migrator.Configuration;
using Migrator.Configuration.Diagnostics;

namespace Migrator.Tests.Configuration;

/// <summary>Settings that can only be mistakes are refused, all at once, before any connection is made.</summary>
public sealed class RefusalTests
{
    [TestCase("")]
    [TestCase(" \n\r\n")]
    public void An_empty_file_is_refused_unless_a_variable_gives_a_setting_of_the_database(string text)
    {
        Assert.That(Conf.Errors(text).Single().Message, Does.Contain("it is empty, and no KONG_PG_ variable is set"));
        Assert.That(Conf.Load(text, ("KONG_PG_DATABASE", "kong")).Warnings, Is.Empty);
        Assert.That(Conf.Warnings(text), Is.Empty, "config shows the defaults");
    }

    [Test]
    public void A_file_without_settings_of_the_database_says_so_unless_a_variable_gives_one()
    {
        Assert.That(Conf.Load("# comments\n").Warnings.Single().ToString(),
            Does.Contain("no pg_ setting is given").And.Contain("host 127.0.0.1, port 5432, user kong, database kong"));
        Assert.That(Conf.Load("plugins = bundled").Warnings.Single().Code, Is.EqualTo("all-defaults"));
        Assert.That(Conf.Load("# comments\n", ("KONG_PG_DATABASE", "kong")).Warnings, Is.Empty);
    }

    [TestCase("pg_host: db\npg_port: 1\n", "YAML")]
    [TestCase("{ \"pg_host\": \"db\" }", "JSON")]
    [TestCase("KONG_PG_HOST=db\nKONG_PG_PORT=1\n", "environment variables")]
    [TestCase("some = thing\nother = thing\n", "no setting of the gateway")]
    [TestCase("[kong]\npg_host = db\npg_port = 1\n", "pg_host (line 2), pg_port (line 3)")]
    [TestCase("pg_user = a\n[x]\npg-host = db\n", "pg_host (line 3)")]
    [TestCase("pg_password = secret\\", "pg_password is lost")]
    [TestCase("pg_user = a\n[]\n", "crashes")]
    [TestCase("pg_user = a\n[open\n", "crashes")]
    [TestCase("pg_user = a\n[pg_host]\n", "replaces the setting")]
    [TestCase("pg_password = {vault://env/nope}", "NOPE is not set")]
    [TestCase("pg_host = {vault://aws/secret/host}", "AWS Secrets Manager (vault aws)")]
    [TestCase("vaults = off\npg_user = {vault://env/u}", "does not allow env")]
    [TestCase("pg_user = {vault://env}", "not of the form")]
    [TestCase("pg_iam_auth = yes", "neither on nor off")]
    [TestCase("pg_ro_iam_auth = 1", "neither on nor off")]
    [TestCase("database = off", "nothing to migrate")]
    [TestCase("database = cassandra", "no gateway supports")]
    [TestCase("database = mysql", "invalid value: 'mysql'")]
    [TestCase("database =", "invalid value: none")]
    [TestCase("log_level = verbose", "invalid value: 'verbose'")]
    [TestCase("role = master", "invalid value: 'master'")]
    [TestCase("pg_max_concurrent_queries = many", "crashes")]
    [TestCase("pg_semaphore_timeout =", "crashes")]
    [TestCase("pg_pool_size = -3", "must be a whole number of 0 or more")]
    [TestCase("pg_ro_backlog = 1.5", "must be a whole number of 0 or more")]
    [TestCase("pg_keepalive_timeout = +nan", "must be a whole number of 0 or more")]
    [TestCase("prefix =", "prefix is empty")]
    [TestCase("pg_user = a_blank_b", "memory address")]
    [TestCase("pg_azure_auth = on", "pg_azure_auth is on")]
    [TestCase("pg_iam_auth = on\npg_ssl_cert = /x", "cannot go together")]
    [TestCase("pg_iam_auth = on\npg_iam_auth_sts_endpoint_url = sts.local", "is not a URL")]
    [TestCase("pg_iam_auth = on\nvault_aws_sts_endpoint_url = https://me:pw@sts.local", "is not a URL")]
    [TestCase("pg_ssl = on\npg_ssl_verify = on\nlua_ssl_trusted_certificate = /nonexistent/ca.pem", "neither a file")]
    [TestCase("pg_ssl = on\npg_ssl_verify = on\nlua_ssl_trusted_certificate = system,,system", "neither a file")]
    [TestCase("pg_iam_auth = on\nlua_ssl_trusted_certificate = /nonexistent/ca.pem", "neither a file")]
    [TestCase("pg_database =", "no database")]
    [TestCase("# KONG_PG_HOST is a variable\nsome = thing\n", "none of its keys is known")]
    [TestCase("#pg_host = db\nKONG_PG_HOST=db\n", "environment variables")]
    [TestCase("pg_host = unix:/run/pg.sock", "ln -s /run/pg.sock /run/.s.PGSQL.5432")]
    [TestCase("pg_host = unix:/tmp", "unix:/tmp/.s.PGSQL.5432")]
    [TestCase("pg_host = unix:/tmp/", "unix:/tmp/.s.PGSQL.5432")]
    [TestCase("pg_host = unix:", "has no path")]
    [TestCase("pg_host = unix:run/.s.PGSQL.5432", "starts with /")]
    [TestCase("pg_host = unix:/run/.s.PGSQL.99999", "from 1 to 65535")]
    [TestCase("pg_host = ${DB_HOST}", "was not filled in")]
    [TestCase("pg_database = ${DB}", "was not filled in")]
    [TestCase("pg_user = $(DB_USER)", "was not filled in")]
    [TestCase("pg_schema = kong_{{ .Values.env }}", "was not filled in")]
    [TestCase("pg_iam_auth = on\npg_iam_auth_assume_role_arn = arn:aws:iam::${ACCOUNT}:role/kong", "was not filled in")]
    [TestCase("pg_port = 99999", "from 1 to 65535")]
    [TestCase("pg_timeout = -1", "milliseconds")]
    [TestCase("pg_host = a,b", "more than one host")]
    [TestCase("pg_host = db:5433", "pg_port")]
    [TestCase("pg_ssl = on\npg_ssl_version = sslv3", "tlsv1_1, tlsv1_2")]
    [TestCase("pg_ssl = on\npg_ssl_verify = on\nlua_ssl_trusted_certificate =", "holds no certificate")]
    [TestCase("pg_ssl = on\npg_ssl_verify = on\nlua_ssl_trusted_certificate = /etc", "is a directory")]
    [TestCase("pg_ssl = on\npg_ssl_verify = on\nlua_ssl_verify_depth = deep", "lua_ssl_verify_depth is unset")]
    [TestCase("pg_ssl = on\npg_ssl_cert = /nowhere.pem", "names no file")]
    public void It_is_refused_with_a_reason(string text, string why)
    {
        var errors = Conf.Errors(text);
        Assert.That(string.Join('\n', errors), Does.Contain(why));
        Assert.That(errors.Select(e => e.Line), Has.None.Null);
    }

    [Test]
    public void A_missing_file_of_certificates_is_one_error()
    {
        var errors = Conf.Errors("pg_ssl = on\npg_ssl_verify = on\nlua_ssl_trusted_certificate = /nonexistent/ca.pem");
        Assert.That(errors, Has.Count.EqualTo(1));
    }

    [Test]
    public void All_errors_are_reported_together_in_the_order_of_the_file() => Assert.That(
        Conf.Errors("log_level = loud\ndatabase = mysql\npg_pool_size = -1\nrole = king\npg_host = {vault://env/x}").Select(e => e.Line),
        Is.EqualTo(new int?[] { 1, 2, 3, 4, 5 }));

    [Test]
    public void The_message_lists_the_errors_and_says_what_to_do()
    {
        var refusal = Assert.Throws<ConfigurationException>(() => Conf.Load("log_level = loud\nrole = king"))!;
        Assert.That(refusal.Message, Does.Contain("kong.conf:1:").And.Contain("kong.conf:2:"));
        Assert.That(refusal.Remedy, Does.Contain("migrator config -c"));
    }

    [TestCase("pg_ssl = yes")]
    [TestCase("pg_password = a#b")]
    [TestCase("pg_user = a\npg_user = b")]
    [TestCase("pg_hots = a\ndatabase = postgres")]
    public void Strict_refuses_a_file_with_warnings(string text)
    {
        using var conf = new Conf(text);
        Assert.Throws<ConfigurationException>(() => GatewayConfiguration.Inspect(conf.Request() with { Strict = true }));
        Assert.That(GatewayConfiguration.Inspect(conf.Request()).Warnings, Has.Count.EqualTo(1));
    }

    [Test]
    public void Utf16_is_recognized()
    {
        using var conf = new Conf([.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("pg_host = db\n")]);
        Assert.That(() => GatewayConfiguration.Load(conf.Request()),
            Throws.InstanceOf<ConfigurationException>().With.Message.Contains("UTF-16"));
    }

    [TestCase("KONG_PROCESS_SECRETS_HTTP", "garbage")]
    [TestCase("kong_vault_env_prefix", "x_")]
    [TestCase("KONG_DATABASE", "")]
    [TestCase("KONG_LOG_LEVEL", "")]
    [TestCase("KONG_PG_IAM_AUTH", "maybe")]
    [TestCase("KONG_PG_PASSWORD", "{vault://env/nope}")]
    public void A_variable_is_refused(string name, string value) =>
        Assert.That(Conf.Errors("pg_user = a", (name, value)).Single().Message, Does.Contain(name.ToUpperInvariant()).Or.Contain(name));

    [Test]
    public void A_missing_file_is_named()
    {
        using var conf = new Conf((byte[]?)null);
        Assert.That(() => GatewayConfiguration.Load(conf.Request()),
            Throws.InstanceOf<ConfigurationException>().With.Message.Contains($"no file at: {conf.Path}"));
        Assert.That(() => GatewayConfiguration.Load(conf.Request() with { File = conf.Folder }),
            Throws.InstanceOf<ConfigurationException>().With.Message.Contains("directory"));
        Assert.That(() => GatewayConfiguration.Load(conf.Request() with { File = "" }),
            Throws.InstanceOf<ConfigurationException>().With.Message.Contains("no file at"));
    }
}
