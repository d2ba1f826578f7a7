using System.Diagnostics;
using System.Text.RegularExpressions;
using Migrator.Tests.Commands;
using Migrator.Tests.Deployment;

namespace Migrator.Tests.Iam;

/// <summary>
/// The commands of the AWS CLI in remedies. They are not run, as there is no AWS here: the CLI reads each with its options, and says what
/// it does not know.
/// </summary>
internal sealed partial class AwsCommandTests
{
    // aws login, configure and sso ask at a terminal; other options of them differ with the CLI's version.
    private static IEnumerable<string> Commands() => Directory
        .EnumerateFiles(Documents.PathOf("src/Iam"), "*.cs", SearchOption.AllDirectories)
        .SelectMany(file => new SourceText(File.ReadAllText(file)).Strings())
        .SelectMany(text => Command().Matches(text).Select(match => match.Value.TrimEnd(' ', '.')))
        .Distinct(StringComparer.Ordinal);

    [Test]
    public void Commands_are_found() => Assert.That(Commands().Count(), Is.GreaterThan(10));

    [TestCaseSource(nameof(Commands))]
    public void The_AWS_CLI_can_read_each_command_that_is_printed(string command)
    {
        // Nothing answers at this port: the CLI has read the command when it tries.
        var words = command.Replace("-db-…", "-db-instance", StringComparison.Ordinal).Replace("…", "x", StringComparison.Ordinal);
        var start = new ProcessStartInfo("bash", ["-c", $"command -v aws > /dev/null || exit 99\n"
            + "export AWS_CONFIG_FILE=$(mktemp); trap 'rm $AWS_CONFIG_FILE' EXIT; printf '[profile x]\\n' > $AWS_CONFIG_FILE\n"
            + $"{words} --no-sign-request --endpoint-url http://127.0.0.1:9"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["AWS_DEFAULT_REGION"] = "us-east-1", ["AWS_PAGER"] = "", ["AWS_EC2_METADATA_DISABLED"] = "true",
                ["AWS_MAX_ATTEMPTS"] = "1",
                ["AWS_SHARED_CREDENTIALS_FILE"] = "/dev/null",
            },
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode == 99)
        {
            Assert.Ignore("The AWS CLI is not installed.");
        }

        if (words.StartsWith("aws logs tail ", StringComparison.Ordinal)
            && errors.Result.Contains("CLI version 2", StringComparison.Ordinal))
        {
            Assert.Ignore("The AWS CLI has version 1, which has no such command.");
        }

        Assert.That(errors.Result, Does.Contain("Could not connect to the endpoint URL"), words);
    }

    [GeneratedRegex(@"\baws (rds|logs|iam|eks|sts) [a-z…-]+( /[^\s;,)]+)?( --[a-z…-]+( ('[^'\n]*'|[^\s;,)'-][^\s;,)]*))?)*",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Command();
}
