using System.Diagnostics;
using System.Globalization;
using Migrator.Errors;
using Migrator.Files;
using Migrator.Iam.Credentials;

namespace Migrator.Tests.Iam;

/// <summary>A credential_process is any program: it may print anything or nothing, without end.</summary>
internal sealed class ProcessTests : IamTest
{
    private const string Output = """{"Version":1,"AccessKeyId":"AKIAEXAMPLE","SecretAccessKey":"key"}""";
    private const string Secret = "S3cr3t/Key+0123456789abcdefghijklmnopqrstuvwxyz";

    private static readonly ReadLimits ShortTime = new(64 * 1024, TimeSpan.FromMilliseconds(500));
    private static readonly ReadLimits LongTime = new(64 * 1024, TimeSpan.FromMinutes(1));

    [Test]
    public Task A_process_that_prints_without_end_is_killed() => AssertRefusedAsync("exec yes", LongTime, "printed more than 64 KiB");

    [Test]
    public Task A_process_that_writes_to_stderr_without_end_is_killed() =>
        AssertRefusedAsync("exec yes >&2", ShortTime, "did not end within 0.5 s");

    [Test]
    public async Task A_process_that_does_not_end_is_killed()
    {
        var file = Path.GetTempFileName();
        var limits = ShortTime with { Time = TimeSpan.FromSeconds(2) };
        await AssertRefusedAsync($"echo $$ > {file}; exec sleep 1000", limits, "did not end within 2 s");
        var id = int.Parse(await File.ReadAllTextAsync(file), CultureInfo.InvariantCulture);
        File.Delete(file);
        Assert.That(() => Directory.Exists($"/proc/{id}"), Is.False.After(20_000, 50));
    }

    [Test]
    public Task A_process_that_closes_its_output_and_does_not_end_is_killed() =>
        AssertRefusedAsync("exec >&- 2>&-; exec sleep 1000", ShortTime, "did not end within 0.5 s");

    [Test]
    public async Task Processes_that_it_leaves_running_may_keep_its_output_open()
    {
        var file = Path.GetTempFileName();
        var source = new ProcessSource(Shell($"sleep 1000 & echo $! > {file}; echo '{Output}'"), "mine") { Limits = LongTime };
        var keys = await source.GetAsync(CancellationToken.None);
        using (var left = Process.GetProcessById(int.Parse(await File.ReadAllTextAsync(file), CultureInfo.InvariantCulture)))
        {
            left.Kill();
        }

        File.Delete(file);
        Assert.That(keys.AccessKey, Is.EqualTo("AKIAEXAMPLE"));
    }

    [TestCase("", "it is empty")]
    [TestCase(Secret, "it is not JSON")]
    [TestCase($"<html>{Secret}</html>", "it is not JSON")]
    [TestCase($"\\0\\001\\033[2J{Secret}", "it is not JSON")]
    [TestCase($"[\"{Secret}\"]", "it is not a JSON object")]
    [TestCase($"{{\"SecretAccessKey\":\"{Secret}\"}}", "Version is missing, it has to be the number 1")]
    [TestCase($"{{\"Version\":\"1\",\"SecretAccessKey\":\"{Secret}\"}}", "Version is not the number 1")]
    [TestCase($"{{\"Version\":2,\"SecretAccessKey\":\"{Secret}\"}}", "Version is not the number 1")]
    [TestCase($"{{\"Version\":null,\"SecretAccessKey\":\"{Secret}\"}}", "Version is not the number 1")]
    [TestCase($"{{\"Version\":1,\"SecretAccessKey\":\"{Secret}\"}}", "AccessKeyId is missing")]
    [TestCase($"{{\"Version\":1,\"AccessKeyId\":\"\",\"SecretAccessKey\":\"{Secret}\"}}", "AccessKeyId is empty")]
    [TestCase($"{{\"Version\":1,\"AccessKeyId\":\"{Secret}\",\"SecretAccessKey\":\"x\"}}",
        "AccessKeyId holds characters that it cannot hold")]
    [TestCase($"{{\"Version\":1,\"AccessKeyId\":\"a\",\"SecretAccessKey\":\"{Secret}\",\"SessionToken\":[1]}}",
        "SessionToken is not a string")]
    [TestCase($"{{\"Version\":1,\"AccessKeyId\":\"a\",\"SecretAccessKey\":\"{Secret}\",\"Expiration\":\"{Secret}\"}}",
        "Expiration is not a time")]
    public Task The_error_says_what_is_wrong_with_its_output_without_quoting_it(string output, string words) =>
        AssertRefusedAsync($"printf '{output}'; echo {Secret} >&2", LongTime, "printed no credentials as JSON: " + words);

    [TestCase("printf 'one\\ntwo\\n\\nthree\\r\\n\\033[31mfour\\033[0m\\n' >&2; exit 3", "two | three | four")]
    [TestCase("echo 'The SSO session associated with this profile has expired' >&2; exit 255",
        "The SSO session associated with this profile has expired")]
    [TestCase("echo 'api error AccessDenied: User: arn:aws:iam::123456789012:user/dev is not authorized' >&2; exit 1",
        "api error AccessDenied: User: arn:aws:iam::123456789012:user/dev is not authorized")]
    [TestCase("head -c 100000 /dev/zero | tr '\\0' x >&2; echo ' the end' >&2; exit 1", "the end")]
    public async Task Its_last_lines_on_stderr_are_shown(string command, string shown)
    {
        var source = new ProcessSource(Shell(command), "mine") { Limits = LongTime };
        var error = await Assert.ThrowsAsync<MigratorException>(() => source.GetAsync(CancellationToken.None));
        Assert.That(error?.Cause, Does.Contain($"It wrote to stderr: {shown}. What it printed to stdout is not shown"));
    }

    [TestCase("echo printed-secret; echo the secret is printed-secret >&2; exit 1", "printed-secret")]
    [TestCase("echo PASSWORD=hunter2 >&2; exit 1", "hunter2")]
    [TestCase("echo '+ export AWS_SECRET_ACCESS_KEY=short' >&2; exit 1", "short")]
    [TestCase("echo '{\"SecretAccessKey\": \"a b c\"}' >&2; exit 1", "a b c")]
    [TestCase("echo \"db_password : 'with blank'\" >&2; exit 1", "with blank")]
    [TestCase("echo 'Authorization: Bearer abc.def' >&2; exit 1", "abc.def")]
    [TestCase("echo 'curl --token abcdef http://x' >&2; exit 1", "abcdef")]
    [TestCase("echo 'vault -u me -p hunter4' >&2; exit 1", "hunter4")]
    [TestCase("printf 'key wJalrXUtnFEMIK7MDENG\\nbPxRfiCYEXAMPLEKEY\\n' >&2; exit 1", "bPxRfi")]
    [TestCase("echo 'GET https://me:pw@vault.example/' >&2; exit 1", "me:pw")]
    [TestCase("printf -- '-----BEGIN PRIVATE KEY-----\\nabc\\ndef\\n' >&2; exit 1", "abc")]
    [TestCase($"echo got {Secret} >&2; exit 1", Secret)]
    [TestCase("echo 0123456789abcdef0123456789abcdef01234567 >&2; exit 1", "0123456789abcdef")]
    [TestCase("head -c 20000 /dev/zero | tr '\\0' s >&2; exit 1", "sss")]
    public async Task Nothing_that_may_be_a_secret_is_shown_of_stderr(string command, string secret)
    {
        var source = new ProcessSource(Shell(command), "mine") { Limits = LongTime };
        var error = await Assert.ThrowsAsync<MigratorException>(() => source.GetAsync(CancellationToken.None));
        Assert.That(AnswerTests.Printed(error), Does.Contain("exited with 1").And.Not.Contain(secret));
    }

    [TestCase("sh -c 'echo", "cannot be started: a quotation mark in it has no end")]
    [TestCase("", "is empty")]
    [TestCase("no-such-program --with $HOME", "cannot be started: there is no program 'no-such-program' in PATH")]
    [TestCase("/no/such/program", "cannot be started: ")]
    [TestCase("~/program", "cannot be started: ")]
    public async Task A_command_that_cannot_be_started(string command, string words)
    {
        var error = await Assert.ThrowsAsync<MigratorException>(() => new ProcessSource(command, "mine").GetAsync(CancellationToken.None));
        Assert.That(error?.Message, Does.StartWith("The credential_process of profile 'mine' " + words));
    }

    [Test]
    public async Task It_gets_its_words_as_they_are_because_no_shell_runs_it()
    {
        var seen = Path.Combine(Bed.Folder, "seen");
        var program = Bed.Write("process.sh", $"printf '%s\\n' \"$@\" > {seen}; echo '{Output}'");
        await new ProcessSource($"sh {program} $HOME ~ 'a b' |\n \"c\" #x", "mine").GetAsync(CancellationToken.None);
        Assert.That(await File.ReadAllTextAsync(seen), Is.EqualTo("$HOME\n~\na b\n|\nc\n#x\n"));
    }

    [TestCase("KONG_PG_PASSWORD", true)]
    [TestCase("KONG_PG_RO_PASSWORD", true)]
    [TestCase("KONG_REDIS_PASSWORD_OLD", true)]
    [TestCase("kong_pg_password", true)]
    [TestCase("MIGRATOR_PASSWORD", true)]
    [TestCase("KONG_PG_USER", false)]
    [TestCase("AWS_SECRET_ACCESS_KEY", false)]
    [TestCase("PGPASSWORD", false)]
    [TestCase("MY_KONG_PASSWORD", false)]
    public void Only_the_passwords_of_the_databases_are_hidden_from_it(string variable, bool isHidden) =>
        Assert.That(ProcessSource.IsHidden(variable), Is.EqualTo(isHidden));

    [Test]
    public void Its_environment_is_migrators_without_the_passwords()
    {
        var seen = Path.Combine(Bed.Folder, "seen");
        var program = Bed.Write("process.sh", $"env > {seen}; echo '{Output}'");
        var result = Bed.Run("token", [
            ("AWS_CONFIG_FILE", Bed.Write("config", $"[profile mine]\ncredential_process = /bin/sh {program}\n")), ("AWS_PROFILE", "mine"),
            ("KONG_PG_PASSWORD", Bed.Secret("one-password")), ("KONG_PG_RO_PASSWORD", Bed.Secret("another-password")),
            ("KONG_PG_SCHEMA", "public"), ("OTHER_PASSWORD", "kept"),
        ]);
        var variables = File.ReadAllText(seen);
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero, result.Errors);
            Assert.That(variables, Does.Not.Contain("KONG_PG_PASSWORD").And.Not.Contain("KONG_PG_RO_PASSWORD"));
            Assert.That(variables, Does.Contain("KONG_PG_SCHEMA=public").And.Contain("OTHER_PASSWORD=kept"));
        });
    }

    private static string Shell(string command) =>
        $"/bin/sh -c '{command.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    private static async Task AssertRefusedAsync(string command, ReadLimits limits, string words)
    {
        var source = new ProcessSource(Shell(command), "mine") { Limits = limits };
        var error = await Assert.ThrowsAsync<MigratorException>(() => source.GetAsync(CancellationToken.None));
        Assert.Multiple(() =>
        {
            Assert.That(error?.Message, Does.StartWith("The credential_process of profile 'mine' " + words));
            Assert.That(AnswerTests.Printed(error), Does.Not.Contain(Secret));
        });
    }
}
