using Migrator.Output;

namespace Migrator.Tests.Configuration;

/// <summary>A password is shown nowhere: not in warnings, not in errors, not in printed settings.</summary>
public sealed class SecretTests
{
    private const string Password = "hunter2";

    [TestCase($"pg_password = {Password}#x")]
    [TestCase($"pg_password = \"{Password}\"")]
    [TestCase($"pg_password = {Password}\\\npg_host = x\npg_user = a")]
    [TestCase($"pg_password {Password}\npg_user = a")]
    [TestCase($"pg_password: {Password}\npg_user = a")]
    [TestCase($"pg_password {Password}=\npg_user = a")]
    [TestCase($"{Password}\npg_user = a")]
    [TestCase($"pg_password = {{vault://env/{Password}")]
    [TestCase($"pg_password = a\npg_password = {Password}\npg_ro_password = '{Password}'")]
    public void Warnings_do_not_show_it(string text)
    {
        var configuration = Conf.Inspect(text);
        Assert.That(configuration.Warnings, Is.Not.Empty);
        Assert.That(string.Join('\n', configuration.Warnings), Does.Not.Contain(Password));
    }

    [TestCase($"pg_password = _blank_{Password}")]
    [TestCase($"pg_password = {Password}\\")]
    [TestCase($"[x]\npg_password = {Password}")]
    [TestCase($"pg_password: {Password}")]
    [TestCase($"pg_ssl = {{vault://env/secret}}\npg_iam_auth = {{vault://env/secret}}")]
    [TestCase($"database = {{vault://env/secret}}")]
    [TestCase($"pg_ssl = on\npg_ssl_verify = on\nlua_ssl_trusted_certificate = {{vault://env/secret}}")]
    [TestCase($"pg_user = {{vault://env/secret/key}}")]
    [TestCase($"pg_iam_auth = on\npg_iam_auth_sts_endpoint_url = https://a:{Password}@sts")]
    public void Errors_do_not_show_it(string text) =>
        Assert.That(string.Join('\n', Conf.Errors(text, ("SECRET", Password))), Does.Not.Contain(Password));

    [Test]
    public void An_override_does_not_show_it() => Assert.That(
        string.Join('\n', Conf.Inspect($"pg_password = {Password}", ("KONG_PG_PASSWORD", Password + "x")).Warnings),
            Does.Not.Contain(Password));

    [Test]
    public void It_is_printed_only_on_request()
    {
        var configuration = Conf.Inspect($"pg_password = {Password}\npg_ro_password = {{vault://env/secret}}", ("SECRET", Password));
        Assert.That(SettingsText.Print(configuration.Settings, reveal: false), Does.Not.Contain(Password).And.Contain("***"));
        Assert.That(Conf.Json(configuration),
            Does.Not.Contain(Password).And.Contain("***"));
        Assert.That(SettingsText.Print(configuration.Settings, reveal: true), Does.Contain(Password));
        Assert.That(configuration.Postgres.Password?.ToString(), Is.EqualTo("***"));
    }
}
