using System.Collections.Concurrent;
using Amazon.Runtime;
using Amazon.SSO;
using Amazon.SSO.Model;
using Migrator.Errors;
using Migrator.Iam.Aws;
using Migrator.Iam.Credentials;
using Migrator.Iam.Signing;
using Migrator.Iam.Sts;
using Migrator.Output;
using TestSupport.Aws;

namespace Migrator.Tests.Iam;

/// <summary>Any malformed answer in the place of AWS ends in an error that names the server.</summary>
/// <remarks>Nothing of the answer is printed, in any format and at any log level.</remarks>
internal sealed class AnswerTests
{
    private const string Secret = "S3cr3t/Key+0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ=";

    private static readonly AwsKeys Keys = AwsKeys.From("AKIAEXAMPLE", Secret, Secret, expires: null, "test");

    [Test]
    public Task AssumeRole() => AssertRefusedAsync(AssumeRoleAsync);

    [Test]
    public Task AssumeRoleWithWebIdentity() =>
        AssertRefusedAsync((url, stop) => Sts(url).AssumeRoleWithWebIdentityAsync(Secret, AwsAccount.Role("db"), "session", "test", stop));

    [Test]
    public Task GetCallerIdentity() => AssertRefusedAsync((url, stop) => Sts(url).IdentityAsync(Keys, stop), drips: true);

    [Test]
    public Task Container_credentials() => AssertRefusedAsync((url, stop) => UseAsync(http => new ContainerSource(
        Variables(("AWS_CONTAINER_CREDENTIALS_FULL_URI", url + "/path"), ("AWS_CONTAINER_AUTHORIZATION_TOKEN", Secret)),
        http).GetAsync(stop)), drips: true);

    [TestCase("/latest/api/token")]
    [TestCase("/latest/meta-data/iam/security-credentials/")]
    [TestCase("/latest/meta-data/iam/security-credentials/node")]
    public Task Instance_metadata(string path) => AssertRefusedAsync(
        (url, stop) => UseAsync(http => Instance(url, http).GetAsync(stop)),
        call => call.Path == path ? null : new HttpReply(200, call.Path == "/latest/api/token" ? "token" : "node"),
        isSecretAnAnswer: path == "/latest/api/token");

    [Test]
    public Task The_region_in_instance_metadata() => AssertRefusedAsync(
        (url, stop) => RegionAsync(stop, ("AWS_EC2_METADATA_SERVICE_ENDPOINT", url)),
        call => call.Path == "/latest/api/token" ? new HttpReply(200, "token") : null,
        isNamed: false);

    [Test]
    public Task The_region_in_task_metadata() => AssertRefusedAsync(
        (url, stop) => RegionAsync(stop, ("ECS_CONTAINER_METADATA_URI_V4", url), ("AWS_EC2_METADATA_DISABLED", "true")), isNamed: false);

    [Test]
    public Task IAM_Identity_Center() => AssertRefusedAsync(
        async (url, stop) =>
        {
            var http = new AwsHttp(SharedOf(Variables()), new ServerClock(TimeProvider.System), SsoAnswer.Check);
            var config = new AmazonSSOConfig { ServiceURL = url, AuthenticationRegion = "eu", HttpClientFactory = http, MaxErrorRetry = 0 };
            using var client = new AmazonSSOClient(new AnonymousAWSCredentials(), config);
            try
            {
                var request = new GetRoleCredentialsRequest { AccessToken = Secret, AccountId = AwsAccount.Id, RoleName = "developer" };
                await client.GetRoleCredentialsAsync(request, stop);
            }
            catch (Exception e)
            {
                var settings = new SsoSettings("mine", Session: null, "https://a.example", "us-east-1", AwsAccount.Id, "developer");
                throw new SsoSource(settings, SharedOf(Variables()), Variables()).Explain(e);
            }
        },
        isNamed: false,
        drips: true);

    [Test]
    public async Task A_refusal_quotes_AWS_without_secrets()
    {
        var said = $"<Error><Code>AccessDenied</Code><Message>Not {Secret} you\u2028really&#10;</Message></Error><RequestId>1</RequestId>";
        using var server = new HttpServer(_ => new HttpReply(403, $"<ErrorResponse>{said}</ErrorResponse>", "text/xml"));
        var error = await ErrorAsync(AssumeRoleAsync(server.Url, CancellationToken.None));
        Assert.Multiple(() =>
        {
            Assert.That(error, Is.TypeOf<StsException>().With.Message.EndsWith("Not *** you really [AccessDenied]."));
            Assert.That(((MigratorException)error!).Cause, Does.Contain("request 1"));
        });
    }

    [TestCase("HTML 403", "HTTP 403, text/html, ")]
    [TestCase("HTML 403", "it is not XML")]
    [TestCase("JSON 403", "it is not XML")]
    [TestCase("empty 403", "it is empty")]
    [TestCase("an error without a code", "it is not an error of STS")]
    [TestCase("an entity bomb 200", "it is not XML")]
    [TestCase("10 MB 200", "it is larger than 1 MiB")]
    [TestCase("10 MB without a length", "it is larger than 1 MiB")]
    [TestCase("less than its length", "it breaks off")]
    [TestCase("a redirect", "it is a redirect, which is not followed")]
    [TestCase("XML without keys", "there are no credentials in it")]
    [TestCase("XML with an empty key id", "AccessKeyId is ")]
    public async Task The_error_says_what_is_wrong_with_an_answer_in_the_place_of_STS(string shape, string words)
    {
        using var server = new HttpServer(_ => AnswerShape.All.Single(s => s.Name == shape).Reply(Secret, "http://127.0.0.1:9"));
        var error = await ErrorAsync(AssumeRoleAsync(server.Url, CancellationToken.None));
        Assert.That(error?.Message, Does.StartWith($"STS at {server.Url} gave no answer of STS for AssumeRole of ").And.Contains(words));
    }

    [TestCase("HTML 200", "it is not JSON")]
    [TestCase("empty 200", "it is empty")]
    [TestCase("a JSON array 200", "it is not a JSON object")]
    [TestCase("JSON of wrong types", "AccessKeyId is not a string")]
    [TestCase("JSON with an empty key id", "AccessKeyId is empty")]
    [TestCase("JSON with a huge key id", "AccessKeyId is longer than 128 characters")]
    [TestCase("JSON with a key id that is a text", "AccessKeyId holds characters that it cannot hold")]
    [TestCase("JSON with a token of two lines", "Token holds characters that it cannot hold")]
    [TestCase("JSON with an expiration that is none", "Expiration is not a time")]
    [TestCase("10 MB 200", "it is larger than 1 MiB")]
    [TestCase("less than its length", "it breaks off")]
    [TestCase("a redirect", "answered 302, a redirect, which is not followed")]
    public async Task The_error_says_what_is_wrong_with_container_credentials(string shape, string words)
    {
        using var server = new HttpServer(_ => AnswerShape.All.Single(s => s.Name == shape).Reply(Secret, "http://127.0.0.1:9"));
        using var http = new MetadataHttp();
        var source = new ContainerSource(Variables(("AWS_CONTAINER_CREDENTIALS_FULL_URI", server.Url)), http);
        var error = await ErrorAsync(source.GetAsync(CancellationToken.None));
        Assert.That(error?.Message, Does.Contain(new Uri(server.Url).Authority).And.Contains(words));
    }

    private static AwsEnvironment Variables(params (string Name, string Value)[] variables) =>
        new(variables.ToDictionary(v => v.Name, v => v.Value, StringComparer.Ordinal));

    private static Task AssumeRoleAsync(string url, CancellationToken cancellationToken) =>
        Sts(url).AssumeRoleAsync(Keys, new RoleRequest(AwsAccount.Role("db"), "session"), cancellationToken);

    private static InstanceSource Instance(string url, MetadataHttp http)
    {
        var environment = Variables(("AWS_EC2_METADATA_SERVICE_ENDPOINT", url));
        return new(new InstanceMetadata(environment, new AwsProfiles(environment), http));
    }

    private static StsClient Sts(string url)
    {
        var clock = new ServerClock(TimeProvider.System);
        var http = new AwsHttp(SharedOf(Variables()), clock, StsAnswer.Check);
        return new StsClient(new StsEndpoint(new Uri(url), "us-east-1", "test"), http, clock);
    }

    private static async Task UseAsync<T>(Func<MetadataHttp, Task<T>> use)
    {
        using var http = new MetadataHttp();
        await use(http);
    }

    private static Task RegionAsync(CancellationToken cancellationToken, params (string Name, string Value)[] variables)
    {
        var environment = Variables([("AWS_CONFIG_FILE", "/dev/null"), ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"), .. variables]);
        var profiles = new AwsProfiles(environment);
        var endpoint = new SigningEndpoint("h", 5432, Rds: null, "test");
        return UseAsync(http => new RegionFinder(environment, profiles, http).FindAsync(endpoint, cancellationToken));
    }

    /// <summary>Has every shape answered, all at the same time.</summary>
    private static async Task AssertRefusedAsync(
        Func<string, CancellationToken, Task> ask,
        Func<HttpCall, HttpReply?>? first = null,
        bool isNamed = true,
        bool isSecretAnAnswer = false,
        bool drips = false)
    {
        var trapped = new ConcurrentQueue<HttpCall>();
        using var trap = new HttpServer(call =>
        {
            trapped.Enqueue(call);
            return new HttpReply(200, "");
        });
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        IEnumerable<AnswerShape> shapes = [.. AnswerShape.All, .. drips ? [AnswerShape.Dripping] : Array.Empty<AnswerShape>()];
        var results = await Task.WhenAll(shapes.Select(async shape =>
        {
            using var server = new HttpServer(call => first?.Invoke(call) ?? shape.Reply(Secret, trap.Url));
            return (shape.Name, server.Url, Error: await ErrorAsync(ask(server.Url, limit.Token)));
        }));
        Assert.Multiple(() =>
        {
            // Any text can be a valid session token.
            foreach (var (name, url, error) in results.Where(r => !isSecretAnAnswer || r.Name != "only a secret 200"))
            {
                Assert.That(error, Is.InstanceOf<MigratorException>(), name);
                Assert.That(Printed(error), isNamed ? Does.Contain(new Uri(url).Authority) : Is.Not.Empty, name);
                string[] hidden = [Secret[..20], Uri.EscapeDataString(Secret)[..20], "\u001b"];
                Assert.That(hidden.Where(h => Printed(error).Contains(h, StringComparison.Ordinal)), Is.Empty, name);
            }

            Assert.That(trapped, Is.Empty, "no redirect is followed");
        });
    }

    private static async Task<Exception?> ErrorAsync(Task asking)
    {
        try
        {
            await asking;
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }

    /// <summary>Everything that the program prints of an error: as text and as JSON, with and without --vv.</summary>
    internal static string Printed(Exception? error)
    {
        using var writer = new StringWriter();
        foreach (var json in new[] { false, true })
        {
            foreach (var least in new[] { LogLevel.Info, LogLevel.Debug })
            {
                var messages = new Messages(new LogWriter(writer, least, json, colour: false, TimeProvider.System));
                if (error is MigratorException known)
                {
                    messages.Error(known);
                }

                messages.Trace(error ?? new InvalidOperationException("There is no error."));
            }
        }

        return writer.ToString();
    }

    private static SharedSettings SharedOf(AwsEnvironment environment) => new(environment, new AwsProfiles(environment));
}
