using Migrator.Tests.Iam;
using TestSupport.Aws;

namespace Migrator.Tests.Commands;

internal sealed class TokenCommandTests : IamTest
{
    [Test]
    public void It_prints_only_a_token_that_the_server_accepts()
    {
        var result = Bed.Run("token", Bed.UserKeys);
        Assert.That(result.ExitCode, Is.Zero, result.Errors);
        Assert.That(result.Output, Does.Match("""\A[^\s]+\n\z"""), "one line and nothing else");
        Assert.That(new TokenVerifier(Bed.Account, AwsBed.Endpoint, 5432, "us-east-1").Verify(result.Output.TrimEnd(), "kong"),
            Is.EqualTo((Bed.User, (string?)null)));
        Assert.That(Bed.Front.Connections, Is.Zero);
    }

    [Test]
    public void It_prints_the_token_of_the_read_only_user()
    {
        var result = Bed.Run(
            "token --read-only", Bed.UserKeys, ("pg_ro_host", "db2.c1abcdefghij.eu-west-1.rds.amazonaws.com"), ("pg_ro_user", "reader"),
            ("pg_ro_port", "6000"));
        Assert.That(result.ExitCode, Is.Zero, result.Errors);
        Assert.That(new TokenVerifier(Bed.Account, AwsBed.Endpoint, 5432, "us-east-1").Verify(result.Output.TrimEnd(), "reader").Refusal,
            Is.Null);
    }

    [Test]
    public void User_names_with_any_characters()
    {
        foreach (var user in new[] { "a@b.example", "with space", "plus+and&", "100%25", "ünï" })
        {
            var result = Bed.Run("token", Bed.UserKeys, ("pg_user", user));
            Assert.That(new TokenVerifier(Bed.Account, AwsBed.Endpoint, 5432, "us-east-1").Verify(result.Output.TrimEnd(), user),
                Is.EqualTo((Bed.User, (string?)null)), user);
        }
    }

    [Test]
    public void It_fails_if_IAM_is_off() => AssertFails(2, Bed.Run("token", Bed.UserKeys, ("pg_iam_auth", "off")), "pg_iam_auth is off");
}
