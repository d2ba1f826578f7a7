using System.Text.Json;
using Migrator.Tests.Configuration;
using TestSupport;

namespace Migrator.Tests.Commands;

/// <summary>Tests of <c>migrator config</c>.</summary>
public sealed class ConfigCommandTests
{
    [Test]
    public void It_prints_settings_with_their_sources_and_warns_on_stderr()
    {
        using var conf = new Conf("pg_host = db.example\npg_password = se#cret\n");
        var result = MigratorProcess
            .Run($"config -c {conf.Path}", new Dictionary<string, string>(StringComparer.Ordinal) { ["KONG_PG_USER"] = "u" });
        Assert.That(result.ExitCode, Is.Zero);
        Assert.That(result.Output,
            Does.Match(@"(?m)^pg_host + = db\.example +# .*kong\.conf:1$").And
            .Match(@"(?m)^pg_user += u +# environment variable KONG_PG_USER$"));
        Assert.That(result.Output, Does.Match(@"(?m)^pg_password += \*\*\* ").And.Not.Contain("cret"));
        Assert.That(result.Errors, Does.Match(@"warning: .*kong\.conf:2: pg_password ends at the first '#'"));
    }

    [Test]
    public void Json_contains_the_warnings_and_on_request_the_secrets()
    {
        using var conf = new Conf("pg_password = se#cret\npg_port = 0x1538\n");
        var result = MigratorProcess.Run($"config -c {conf.Path} --json --reveal");
        using var json = JsonDocument.Parse(result.Output);
        var settings = json.RootElement.GetProperty("settings");
        Assert.That(settings.GetProperty("pg_password").GetProperty("value").GetString(), Is.EqualTo("se"));
        Assert.That(settings.GetProperty("pg_port").GetProperty("value").GetInt32(), Is.EqualTo(5432));
        Assert.That(json.RootElement.GetProperty("warnings").GetArrayLength(), Is.EqualTo(1));
        Assert.That(result.Errors, Is.Empty);
    }

    [TestCase("pg_host: db\n", "")]
    [TestCase("pg_ssl = yes\n", "--strict")]
    public void A_refused_configuration_is_an_error(string text, string option)
    {
        using var conf = new Conf(text);
        var result = MigratorProcess.Run($"config -c {conf.Path} --json {option}");
        Assert.That(result.ExitCode, Is.EqualTo(2));
        Assert.That(result.Errors,
            Does.Contain("error: The configuration is refused").And.Contain("kong.conf:1").And.Not.Contain("   at "));
    }

    [Test]
    public void Settings_that_prevent_a_connection_are_only_a_warning()
    {
        using var conf = new Conf("pg_port = 99999\n");
        var result = MigratorProcess.Run($"config -c {conf.Path}");
        Assert.That(result.ExitCode, Is.Zero);
        Assert.That(result.Output, Does.Match("pg_port += 99999"));
        Assert.That(result.Errors, Does.Contain("no connection can be made"));
    }
}
