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

    [Test]
    public void Addresses_without_a_password_are_shown_as_they_are()
    {
        using var conf = new Conf("pg_iam_auth_sts_endpoint_url = http://[::1]:8002\n");
        Assert.That(MigratorProcess.Run($"config --all -c {conf.Path}").Output, Does.Contain("= http://[::1]:8002 "));
    }

    [TestCase("postgres://kong:s3cret@db:5432/kong", "postgres://kong:***@db:5432/kong",
        "Write instead `pg_host = db`, `pg_port = 5432`, `pg_user = kong`, `pg_database = kong`, and the password as pg_password.")]
    [TestCase("postgresql://k%40x:s3c:/ret@db.example/kong", "postgresql://k%40x:***@db.example/kong", "`pg_host = ")]
    [TestCase("postgres://kong:s3c#ret@db/kong", "postgres://kong:***", "Write instead `pg_host = ...`")]
    [TestCase("postgres://kong@db?password=s3cret&x=y", "postgres://kong@db?password=***&x=y", "`pg_host = db`, `pg_user = kong`,")]
    [TestCase("host=db password=s3cret", "host=db password=***", "is not the name of a host")]
    public void The_password_of_a_URL_is_masked_wherever_it_stands(string host, string shown, string remedy)
    {
        using var conf = new Conf($"pg_host = {host}\n");
        var (text, json) = (MigratorProcess.Run($"config -c {conf.Path}"), MigratorProcess.Run($"config -c {conf.Path} --json"));
        var check = MigratorProcess.Run($"check -c {conf.Path}");
        Assert.That(text.Output, Does.Contain(shown));
        Assert.That(text.Output + text.Errors + json.Output + json.Errors + check.Output + check.Errors, Does.Not.Contain("s3c"));
        Assert.That(text.Errors, Does.Contain(remedy));
        Assert.That(MigratorProcess.Run($"config -c {conf.Path} --reveal").Output, Does.Contain("s3c"));
    }

    [Test]
    public void A_blank_that_is_no_space_is_shown()
    {
        using var conf = new Conf("pg_user = \u00A0kong\n");
        var result = MigratorProcess.Run($"config -c {conf.Path}");
        Assert.That(result.Output, Does.Contain(@"\u00a0kong").And.Not.Contain("\u00A0"));
        Assert.That(result.Errors, Does.Contain("pg_user has the character U+00A0 in it"));
    }

    [Test]
    public void A_byte_order_mark_is_named_also_in_a_file_of_one_line()
    {
        using var conf = new Conf("\uFEFFpg_host = db\n");
        Assert.That(MigratorProcess.Run($"config -c {conf.Path}").Errors,
            Does.Contain("begins with a byte order mark, which is part of the first key; save it as UTF-8 without BOM"));
    }

    [Test]
    public void From_a_directory_that_was_removed_only_a_full_path_is_found()
    {
        using var conf = new Conf("pg_host = db\n");
        ProcessResult Run(string file)
        {
            using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(
                "/bin/sh", ["-c", "mkdir \"$1\" && cd \"$1\" && rmdir \"$1\" && exec \"$2\" config -c \"$3\"", "sh",
                    Path.Combine(conf.Folder, "gone"), MigratorProcess.Binary, file])
            { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            process.WaitForExit();
            return new(process.ExitCode, output.Result, errors.Result);
        }

        var (full, relative) = (Run(conf.Path), Run("kong.conf"));
        Assert.That((full.ExitCode, full.Errors), Is.EqualTo((0, "")));
        Assert.That(full.Output, Does.Contain("pg_host"));
        Assert.That(relative.ExitCode, Is.EqualTo(2));
        Assert.That(relative.Errors, Does.Contain("no file at: kong.conf").And.Contain("The working directory was removed"));
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
