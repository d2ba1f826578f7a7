using System.Text.Json.Nodes;
using Migrator.Commands;

namespace Migrator.Tests.Commands;

/// <summary>What people type before they know the command.</summary>
internal sealed class UsageTests
{
    [TestCase("")]
    [TestCase("help")]
    [TestCase("--help")]
    [TestCase("-h")]
    public async Task The_help_of_the_program(string arguments)
    {
        var (exitCode, output, errors) = await InProcess.RunAsync(arguments);
        Assert.That((exitCode, errors), Is.EqualTo((0, "")));
        Assert.That(output, Does.Contain("Usage:\n  migrator COMMAND [options]\n").And.Contain("migrator help COMMAND"));
    }

    [TestCase("help up")]
    [TestCase("up --help")]
    [TestCase("up -h")]
    public async Task The_help_of_a_command(string arguments)
    {
        var (exitCode, output, _) = await InProcess.RunAsync(arguments);
        Assert.That(exitCode, Is.Zero);
        Assert.That(output, Does.Contain("  migrator up -c FILE [options]\n").And.Contain("\nLocks:\n").And.Contain("\nExit codes:\n"));
    }

    [Test]
    public async Task The_version_as_a_word() =>
        Assert.That(await InProcess.RunAsync("version"), Is.EqualTo(await InProcess.RunAsync("--version")));

    [TestCase("upp", "error: 'upp' is not a command.\n  do:  Did you mean up? See: migrator --help\n")]
    [TestCase("fnish -c x", "error: 'fnish' is not a command.\n  do:  Did you mean finish? See: migrator --help\n")]
    [TestCase("help lsit", "error: 'lsit' is not a command.\n  do:  Did you mean list? See: migrator --help\n")]
    [TestCase("nonsense", "error: 'nonsense' is not a command.\n  do:  See: migrator --help\n")]
    [TestCase("up --lock-timout 5 -c x",
        "error: migrator up has no option --lock-timout.\n  do:  Did you mean --lock-timeout? See: migrator up --help\n")]
    [TestCase("up --nonsense", "error: migrator up has no option --nonsense.\n  do:  See: migrator up --help\n")]
    [TestCase("-c kong.conf list", "error: Options come after the command.\n  do:  Run: migrator list -c kong.conf\n")]
    [TestCase("--conf=kong.conf up --dry-run", "error: Options come after the command.\n  do:  Run: migrator up --conf=kong.conf "
        + "--dry-run\n")]
    [TestCase("-c kong.conf plan up", "error: Options come after the command.\n  do:  Run: migrator plan -c kong.conf up\n")]
    [TestCase("-q -c kong.conf list --vv", "error: Options come after the command.\n  do:  Run: migrator list -q -c kong.conf --vv\n")]
    [TestCase("-c kong.conf", "error: Options come after the command.\n  do:  See: migrator --help\n")]
    [TestCase("-c kong.conf lsit", "error: Options come after the command.\n  do:  See: migrator --help\n")]
    [TestCase("up now -c x", "error: migrator up takes no argument 'now'.\n  do:  See: migrator up --help\n")]
    [TestCase("up", "error: The gateway's kong.conf is missing: give it with -c FILE, or set MIGRATOR_CONF.\n  do:  See: migrator up "
        + "--help\n")]
    public async Task A_mistake_has_one_error_and_a_suggestion(string arguments, string expected)
    {
        var (exitCode, output, errors) = await InProcess.RunAsync(arguments);
        Assert.That((exitCode, output, errors), Is.EqualTo((2, "", expected)));
    }

    [TestCase("--json")]
    [TestCase("--log-format json")]
    public async Task A_mistake_is_JSON_on_request(string option)
    {
        var (exitCode, output, _) = await InProcess.RunAsync($"up --nonsense {option}");
        Assert.That(exitCode, Is.EqualTo(2));
        Assert.That(JsonNode.Parse(output)!["error"]!["code"]!.ToString(), Is.EqualTo("usage"));
    }

    [Test]
    public async Task The_configuration_file_can_come_from_the_environment()
    {
        var (exitCode, _, errors) = await InProcess.RunAsync("list", variables: ("MIGRATOR_CONF", "missing.conf"));
        Assert.That(exitCode, Is.EqualTo(2));
        Assert.That(errors, Does.Contain("no file at: missing.conf"));
    }

    [TestCase("3.9.1")]
    [TestCase("3.9.1.2")]
    public async Task A_patch_release_means_its_minor_version(string version)
    {
        var (exitCode, _, errors) = await InProcess.RunAsync($"list -c missing.conf --gateway-version {version}");
        Assert.That((exitCode, errors.Contains("no file at", StringComparison.Ordinal)), Is.EqualTo((2, true)), errors);
    }

    [TestCase("3.99")]
    [TestCase("3.9x")]
    [TestCase("3.9.x")]
    [TestCase("3.91")]
    public async Task An_unknown_version_is_refused_with_the_known_ones(string version)
    {
        var (exitCode, _, errors) = await InProcess.RunAsync($"list -c missing.conf --gateway-version {version}");
        Assert.That(exitCode, Is.EqualTo(2));
        Assert.That(errors, Does.Contain("--gateway-version takes one of 2.8, 3.0, ").And.Contain($"not '{version}'"));
    }

    [TestCase("up", "upp", ExpectedResult = "up")]
    [TestCase("finish", "finsih", ExpectedResult = "finish")]
    [TestCase("up", "us", ExpectedResult = "up")]
    [TestCase("finish", "xyz", ExpectedResult = null)]
    [TestCase("up", "x", ExpectedResult = null)]
    public string? The_nearest_name_is_at_most_two_typing_errors_away(string name, string typed) =>
        UsageErrors.Nearest(typed, [name, "bootstrap"]);
}
