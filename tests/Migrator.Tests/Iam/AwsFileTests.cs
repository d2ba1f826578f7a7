using System.Diagnostics;
using Migrator.Errors;
using Migrator.Iam.Aws;
using Migrator.Iam.Credentials;
using Migrator.Iam.Signing;
using Migrator.Iam.Sts;
using TestSupport.Aws;

namespace Migrator.Tests.Iam;

/// <summary>Files named by AWS's variables may be pipes or devices: reading ends, and the error names file and variable.</summary>
internal sealed class AwsFileTests : IamTest
{
    private static readonly string[] Names =
    [
        "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE",
        "AWS_CA_BUNDLE",
    ];

    [Test]
    public async Task A_pipe_without_a_writer()
    {
        var errors = await Task.WhenAll(Names.Select(name => Task.Run(() => ReadAsync(name, Pipe(name)))));
        Assert.That(errors, Has.All.Message.Contains("cannot be read: it does not come to an end within 5 s"));
    }

    [TestCaseSource(nameof(Names))]
    public async Task An_endless_device(string variable) =>
        Assert.That(
            await ReadAsync(variable, "/dev/zero"),
            Has.Message.Contains("/dev/zero").And.Message.Contains(variable).And.Message.Contains("it is larger than "));

    [Test]
    public void A_pipe_with_a_writer_is_read()
    {
        var pipe = Pipe("AWS_SHARED_CREDENTIALS_FILE");
        File.WriteAllText(pipe + ".text", $"[default]\n{Keys()}");
        using var writer = Process.Start("/bin/sh", ["-c", $"cat {pipe}.text > {pipe}"]);
        AssertLogsIn(Trusting("db", Bed.User.Arn), [("AWS_CONFIG_FILE", Bed.Write("config", "[default] # comment\nretry_mode = legacy")),
            ("AWS_SHARED_CREDENTIALS_FILE", pipe)], ("pg_iam_auth_assume_role_arn",
            AwsAccount.Role("db")));
    }

    [Test]
    public void A_device_as_AWS_CONFIG_FILE_with_keys_in_the_environment() => AssertFails(
        Bed.Run("token", [.. Bed.UserKeys, ("AWS_CONFIG_FILE", "/dev/zero")], ("pg_iam_auth_assume_role_arn", AwsAccount.Role("db"))),
        "AWS_CONFIG_FILE names /dev/zero, which cannot be read");

    [Test]
    public void Empty_devices_are_files_without_profiles() => AssertLogsIn(
        Bed.User.Arn, [.. Bed.UserKeys, ("AWS_CONFIG_FILE", "/dev/null"), ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")]);

    [TestCase("token\nHost: other", "what is in it is not a token")]
    [TestCase(" \n", "it is empty")]
    public async Task A_file_that_does_not_contain_a_token(string text, string words)
    {
        foreach (var variable in Names[..2])
        {
            Assert.That(await ReadAsync(variable, Bed.Write("token", text)), Has.Message.Contains(words).And.Message.Not.Contains("Host"));
        }
    }

    [Test]
    public async Task An_authorization_of_two_words_is_accepted() =>
        Assert.That(
            await ReadAsync("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", Bed.Write("token", "Basic YWJj\n")),
            Has.Message.Contains("127.0.0.1:9 cannot be reached"));

    [Test]
    public void A_device_as_AWS_CONFIG_FILE_that_is_not_read() => Assert.That(
        Bed.Run("token", [.. Bed.UserKeys, ("AWS_REGION", "us-east-1"), ("AWS_CONFIG_FILE", "/dev/zero")]).ExitCode, Is.Zero);

    [Test]
    public async Task A_bundle_without_certificates() => Assert.That(
        await ReadAsync("AWS_CA_BUNDLE", Bed.Write("bundle", "none")), Has.Message.Contains("there is no certificate in PEM in it"));

    [Test]
    public void The_session_of_IAM_Identity_Center()
    {
        var cache = Bed.Write(".aws/sso/cache/a0f1490a20d0211c997b44bc357e1972deab8ae3.json", "");
        File.Delete(cache);
        File.CreateSymbolicLink(cache, "/dev/zero");
        var settings = new SsoSettings("mine", "s", "https://example.awsapps.com/start", "us-east-1", AwsAccount.Id, "developer");
        var source = new SsoSource(settings, SharedOf(Variables(("HOME", Bed.Folder))), Variables(("HOME", Bed.Folder)));
        Assert.That(
            () => source.GetAsync(CancellationToken.None),
            Throws.TypeOf<MigratorException>().With.Message.Contains($"the session in {cache} cannot be read: it is larger than 1 MiB"));
    }

    [Test]
    public void An_invalid_region_is_an_error()
    {
        var environment = Variables(("AWS_REGION", "a/b c"));
        using var http = new MetadataHttp();
        Assert.That(
            () => new RegionFinder(environment, new AwsProfiles(environment), http).FromEnvironment(),
            Throws.TypeOf<MigratorException>().With.Message.EqualTo("AWS_REGION is not the name of a region."));
    }

    [Test]
    public void Check_says_that_credentials_have_expired()
    {
        Bed.Account.Life = TimeSpan.FromMinutes(-10);
        var result = Bed.Run("check", []);
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(1));
            Assert.That(result.Output, Does.Contain("have expired"));
        });
    }

    private static AwsEnvironment Variables(params (string Name, string Value)[] variables) =>
        new(variables.ToDictionary(v => v.Name, v => v.Value, StringComparer.Ordinal));

    /// <summary>Reads the file that a variable names, and returns the error.</summary>
    private async Task<Exception?> ReadAsync(string variable, string file)
    {
        var stop = CancellationToken.None;
        var environment = Variables(("HOME", Bed.Folder), (variable, file), ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:9"));
        try
        {
            using var http = new MetadataHttp();
            var clock = new ServerClock(TimeProvider.System);
            var aws = new AwsHttp(SharedOf(environment), clock, StsAnswer.Check);
            var sts = new StsClient(new StsEndpoint(new Uri("http://127.0.0.1:9"), "us-east-1", "test"), aws, clock);
            await (variable switch
            {
                "AWS_WEB_IDENTITY_TOKEN_FILE" =>
                    new WebIdentitySource(sts, file, AwsAccount.Role("db"), "session", variable).GetAsync(stop),
                "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE" => new ContainerSource(environment, http).GetAsync(stop),
                "AWS_CA_BUNDLE" => sts.IdentityAsync(AwsKeys.From("AKIA", "key", sessionToken: null, expires: null, "test"), stop),
                _ => (Task)Task.Run(() => new AwsProfiles(environment).Find("default")),
            });
            return null;
        }
        catch (MigratorException e)
        {
            return e;
        }
    }

    private string Pipe(string name)
    {
        var path = Path.Combine(Bed.Folder, "pipe-" + name);
        using var process = Process.Start("mkfifo", [path]);
        process.WaitForExit();
        return path;
    }

    private static SharedSettings SharedOf(AwsEnvironment environment) => new(environment, new AwsProfiles(environment));
}
