using System.Text.Json;
using TestSupport;

namespace Migrator.Tests.Iam;

/// <summary>The first line on stderr says why a login failed.</summary>
/// <remarks>Warnings logged while connecting follow the error, and none is lost.</remarks>
internal sealed class FirstLineTests : IamTest
{
    private static readonly string[] ExpectedMessages =
    [
        "pg_password has no effect", "The server's certificate is not checked", "AWS_REGION says eu-west-1", "'plugins' names foreign",
    ];

    private (string, string)[] SettingsWithWarnings =>
        [("pg_password", Bed.Secret("a-password-left-over")), ("pg_ssl_verify", "off"), ("plugins", "bundled,foreign")];

    private (string, string)[] Variables => [.. Bed.UserKeys, ("AWS_REGION", "eu-west-1")];

    [TestCase("list")]
    [TestCase("status")]
    [TestCase("bootstrap")]
    [TestCase("migrate --wait 5")]
    public void An_error_comes_before_the_warnings(string command)
    {
        Bed.Front.IamUsers["kong"] = ["nobody"];
        var result = Bed.Run(command, Variables, SettingsWithWarnings);
        AssertFails(result, "refused the token of user 'kong'", "does not allow rds-db:connect");
        AssertEachOnce(result);
    }

    [Test]
    public void An_error_followed_by_many_warnings_is_the_last_line_too()
    {
        Bed.Front.IamUsers["kong"] = ["nobody"];
        var result = Bed.Run("list", Variables, [.. SettingsWithWarnings, ("plugins", "bundled," + new string('x', 1200))]);
        var lines = result.Errors.Split('\n');
        Assert.That(lines.Last(l => l.StartsWith("error: ", StringComparison.Ordinal)),
            Is.EqualTo($"{lines[0]} (the first line of this log, again)"));
    }

    [Test]
    public void An_error_comes_before_the_warnings_in_JSON()
    {
        Bed.Front.IamUsers["kong"] = ["nobody"];
        var result = Bed.Run("list --log-format json", Variables, SettingsWithWarnings);
        var messages = result.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement)
            .ToList();
        Assert.Multiple(() =>
        {
            Assert.That(messages[0].GetProperty("level").GetString(), Is.EqualTo("error"));
            Assert.That(messages[0].GetProperty("message").GetString(), Does.Contain("does not allow rds-db:connect"));
            Assert.That(messages.Select(m => m.GetProperty("level").GetString()), Does.Contain("warning").And.Contain("info"));
            Assert.That(messages.Select(m => m.GetProperty("time").GetDateTimeOffset()), Is.Ordered);
        });
    }

    [Test]
    public void An_error_comes_before_the_warnings_if_credentials_are_missing() =>
        AssertEachOnce(AssertedToFail(
            Bed.Run("token", [("AWS_EC2_METADATA_DISABLED", "true"), ("AWS_REGION", "eu-west-1")], SettingsWithWarnings),
            "There are no AWS credentials"));

    [TestCase("list")]
    [TestCase("token")]
    [TestCase("check")]
    public void The_warnings_are_printed_after_a_success(string command)
    {
        var result = Bed.Run(command, Variables, [.. SettingsWithWarnings, ("pg_ssl_verify", "on")]);
        Assert.That(result.Errors.Split("pg_password has no effect"), Has.Length.EqualTo(2), result.Errors);
    }

    [Test]
    public void While_waiting_for_a_database_the_reason_comes_first_and_warnings_before_the_error()
    {
        var result = Bed.Run("list --wait 1", Variables, [.. SettingsWithWarnings, ("pg_port", "9")]);
        var lines = result.Errors.Split('\n');
        Assert.Multiple(() =>
        {
            Assert.That(lines[0], Does.StartWith("waiting up to 1 s for the database: 127.0.0.1:9 refused the connection"));
            Assert.That(Array.FindIndex(lines, l => l.Contains("pg_password has no effect", StringComparison.Ordinal)),
                Is.LessThan(Array.FindIndex(lines, l => l.StartsWith("error: ", StringComparison.Ordinal))));
        });
        AssertEachOnce(result);
    }

    [Test]
    public void A_failed_read_only_connection_gives_the_reason_in_the_first_line() => AssertFails(
        2, Bed.Run("list --read-only", Bed.UserKeys, ("pg_ro_host", "127.0.0.1"), ("pg_ro_port", "0")),
            "The read-only connection cannot be made", "pg_ro_port");

    private static ProcessResult AssertedToFail(ProcessResult result, string words)
    {
        AssertFails(result, words);
        return result;
    }

    private static void AssertEachOnce(ProcessResult result) => Assert.Multiple(() =>
    {
        foreach (var expected in ExpectedMessages)
        {
            Assert.That(result.Errors.Split(expected), Has.Length.EqualTo(2), $"'{expected}' once, in: {result.Errors}");
        }
    });
}
