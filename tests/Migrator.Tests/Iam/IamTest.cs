using Migrator.Errors;
using Migrator.Iam;
using Migrator.Iam.Aws;
using Migrator.Tests.Configuration;
using TestSupport;
using TestSupport.Aws;

namespace Migrator.Tests.Iam;

/// <summary>
/// Runs the built program on a test bed of the test's own, and searches all output for secrets (<see cref="AwsBed.Run"/>).
/// </summary>
internal abstract class IamTest
{
    private AwsBed? bed;

    /// <summary>The test bed.</summary>
    protected AwsBed Bed => bed ??= new AwsBed();

    [TearDown]
    public void Stop() => bed?.Dispose();

    /// <summary>Replaces the default test bed.</summary>
    protected AwsBed Use(AwsBed other) => bed = other;

    /// <summary>The lines of a shared file with the keys of a user.</summary>
    protected string Keys(AwsIdentity? user = null) =>
        $"aws_access_key_id = {(user ?? Bed.User).AccessKey}\naws_secret_access_key = {(user ?? Bed.User).SecretKey}\n";

    /// <summary>Makes a role that trusts one principal, and returns its ARN.</summary>
    protected string Trusting(string role, string principal)
    {
        Bed.Account.Roles[AwsAccount.Role(role)] = [principal];
        return AwsAccount.Role(role);
    }

    /// <summary>Whose keys a run signs with, in an environment: the principal, or the text of the error.</summary>
    protected async Task<string> WhoAsync(IReadOnlyDictionary<string, string> environment)
    {
        var settings = Conf.Load("pg_iam_auth = on\npg_host = db.c1.us-east-1.rds.amazonaws.com\npg_ssl_verify = off").Postgres;
        using var setup = new IamSetup(settings, environment);
        try
        {
            var keys = await setup.Source(setup.Sts(new AwsRegion("us-east-1", "a test"))).GetAsync(CancellationToken.None);
            return Bed.Account.Find(keys.AccessKey)?.Principal ?? keys.AccessKey;
        }
        catch (MigratorException e)
        {
            return $"{e.Message} {e.Cause} {e.Remedy}";
        }
    }

    /// <summary>Runs <c>status</c> and asserts that it logged in exactly once, as the given principal.</summary>
    protected void AssertLogsIn(string principal, (string, string)[] variables, params (string, string)[] settings)
    {
        Bed.Front.IamUsers["kong"] = [principal];
        var result = Bed.Run("status", variables, settings);
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero, result.Errors);
            Assert.That(result.Output, Does.Contain("needs_bootstrap"));
            Assert.That(Bed.Front.Logins.Select(l => l.Refusal), Is.EqualTo(new string?[] { null }), "one login");
        });
    }

    /// <summary>Asserts that a run failed with these words in the first line on stderr, before any warning.</summary>
    protected static void AssertFails(ProcessResult result, params string[] words) => AssertFails(9, result, words);

    /// <summary>Asserts that a run failed with this exit code and these words in the first line on stderr.</summary>
    protected static void AssertFails(int exitCode, ProcessResult result, params string[] words)
    {
        var line = result.Errors.Split('\n')[0];
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(exitCode), result.Errors);
            Assert.That(result.Output, Is.Empty);
            Assert.That(line, Does.StartWith("error: "), result.Errors);
            foreach (var word in words)
            {
                Assert.That(line, Does.Contain(word), result.Errors);
            }

            Assert.That(result.Errors, Does.Contain("\n  do:  "), "there is a remedy");
        });
    }
}
