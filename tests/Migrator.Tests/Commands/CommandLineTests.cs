using System.Text.Json.Nodes;
using TestSupport;

namespace Migrator.Tests.Commands;

internal sealed class CommandLineTests
{
    private static readonly string[] Commands = ["bootstrap", "up", "finish", "list", "status", "reset", "config", "migrate", "completion"];

    [TestCaseSource(nameof(Commands))]
    public void Every_command_has_help_with_examples(string command)
    {
        var result = MigratorProcess.Run($"{command} --help");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero);
            Assert.That(result.Output, Does.Contain("Examples:").And.Contain($"migrator {command}"));
            Assert.That(result.Errors, Is.Empty);
        });
    }

    [Test]
    public void The_help_names_every_command()
    {
        var result = MigratorProcess.Run("--help");
        Assert.Multiple(() => Commands.ToList().ForEach(command => Assert.That(result.Output, Does.Contain("  " + command))));
    }

    [Test]
    public void The_version_names_commit_gateway_versions_and_platform()
    {
        var result = MigratorProcess.Run("--version");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero);
            Assert.That(result.Output, Does.Match(
                @"^migrator \d+\.\d+\.\d+(-[0-9a-z.]+)?\ncommit +([0-9a-f]{40}|unknown)\n"
                + @"gateway versions  2\.8, 3\.0, .*3\.9 \(default\), 3\.10 \(unreleased\)\n"
                + @"platform +linux-[0-9a-z]+, \.NET 10\.[^\n]*\n\z"));
        });
    }

    [TestCase("bootstrap", "--conf")]
    [TestCase("up --conf", "--conf")]
    [TestCase("up -c x --lock-timeout soon", "--lock-timeout")]
    [TestCase("up -c x --lock-timeout -1", "--lock-timeout")]
    [TestCase("up -c x --log-format xml", "--log-format")]
    [TestCase("up -c x --iam-endpoint db.example.com:0", "--iam-endpoint")]
    [TestCase("token -c x --iam-endpoint [::1]:5432", "--iam-endpoint")]
    public void A_usage_error_names_the_option_and_the_help(string arguments, string named)
    {
        var result = MigratorProcess.Run(arguments);
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(2));
            Assert.That(result.Output, Is.Empty);
            Assert.That(result.Errors, Does.Contain(named == "--conf" ? "-c" : named).And.Contain("--help"));
        });
    }

    [Test]
    public void A_usage_error_is_JSON_with_log_format_json()
    {
        var result = MigratorProcess.Run("up --nonsense --log-format json");
        Assert.That(JsonNode.Parse(result.Errors)!["message"]!.ToString(), Does.Contain("--nonsense"));
        Assert.That(JsonNode.Parse(result.Output)!["error"]!["code"]!.ToString(), Is.EqualTo("usage"));
    }

    [TestCase("list", "MIGRATOR_STRICT", "maybe")]
    [TestCase("list", "MIGRATOR_READ_ONLY", "yes")]
    [TestCase("check", "MIGRATOR_READ_ONLY", "TRUE")]
    [TestCase("bootstrap", "MIGRATOR_IAM_SPREAD", "soon")]
    [TestCase("migrate", "MIGRATOR_IAM_SPREAD", "-1")]
    [TestCase("up", "MIGRATOR_DDL_LOCK_TIMEOUT", "soon")]
    [TestCase("status", "MIGRATOR_WAIT", "soon")]
    [TestCase("status", "MIGRATOR_IAM_ENDPOINT", "https://db.example.com:5432")]
    [TestCase("token", "MIGRATOR_IAM_ENDPOINT", "db.example.com/kong")]
    [TestCase("list", "MIGRATOR_SSL_VERIFY_HOST", "no")]
    [TestCase("list", "MIGRATOR_LOG_FORMAT", "xml")]
    public void A_variable_with_an_invalid_value_is_a_usage_error(string command, string variable, string value)
    {
        var result = MigratorProcess.Run(command + " -c x", new Dictionary<string, string>(StringComparer.Ordinal) { [variable] = value });
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(2));
            Assert.That(result.Errors, Does.StartWith("error: ").And.Contain(value).And.Contain("--help"));
        });
    }

    [TestCase("bash")]
    [TestCase("zsh")]
    [TestCase("fish")]
    public void Completion_prints_a_script_that_calls_the_program(string shell)
    {
        var result = MigratorProcess.Run($"completion {shell}");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero);
            Assert.That(result.Output, Does.Contain("migrator").And.Contain("[suggest:"));
        });
    }

    [TestCase("lst --log-format json")]
    [TestCase("list --log-format=json --nonsense")]
    public void With_log_format_json_a_usage_error_is_a_JSON_object(string arguments)
    {
        var result = MigratorProcess.Run(arguments);
        Assert.That(System.Text.Json.Nodes.JsonNode.Parse(result.Errors)!["level"]!.ToString(), Is.EqualTo("error"));
    }

    [Test]
    public void With_log_format_json_the_configuration_is_one_line()
    {
        using var conf = new KongConf(("pg_host", "127.0.0.1"));
        Assert.That(MigratorProcess.Run($"config -c {conf.Path} --log-format json").Output.Count(c => c == '\n'), Is.EqualTo(1));
    }

    [Test]
    public void With_log_format_json_a_message_is_a_JSON_object()
    {
        using var conf = new KongConf(("pg_host", "127.0.0.1"), ("pg_port", "1"));
        var result = MigratorProcess.Run($"list -c {conf.Path} --log-format json");
        using var json = System.Text.Json.JsonDocument.Parse(result.Errors);
        Assert.Multiple(() =>
        {
            Assert.That(json.RootElement.GetProperty("level").GetString(), Is.EqualTo("error"));
            Assert.That(json.RootElement.GetProperty("message").GetString(), Does.Contain("refused"));
            Assert.That(json.RootElement.GetProperty("remedy").GetString(), Does.Contain("pg_port"));
        });
    }
}
