using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Migrator.Errors;
using Migrator.Iam.Aws;
using Migrator.Iam.Credentials;
using Migrator.Iam.Sts;
using TestSupport;
using TestSupport.Aws;

namespace Migrator.Tests.Iam;

/// <summary>Services of AWS that answer some seconds late: <c>--wait</c> and the <c>wait</c> command cover them too.</summary>
internal sealed class AwsWaitTests : IamTest
{
    private const int FailuresOfALateService = 9;

    [Test]
    public void STS() => AssertWaits(
        [.. Bed.UserKeys, ("KONG_PG_IAM_AUTH_ASSUME_ROLE_ARN", TrustedRole())],
        () => Bed.Sts.Fault = Late((503, "ServiceUnavailable", "later")), "STS at http");

    [Test]
    public void The_agent_of_a_container() =>
        AssertWaits(OfTask, () => Bed.Metadata.Fault = Late<int?>(503), "The AWS credentials of this container");

    [Test]
    public void Instance_metadata() =>
        AssertWaits([], () => Bed.Metadata.Fault = Late<int?>(503), "There are no AWS credentials to sign with");

    [Test]
    public void The_wait_command()
    {
        Assert.That(Bed.Run("bootstrap", Bed.UserKeys).ExitCode, Is.Zero);
        Bed.Metadata.Fault = Late<int?>(500);
        var result = Bed.Run("wait --timeout 2m", OfTask);
        Assert.That(result.ExitCode, Is.Zero, result.Errors);
        Assert.That(result.Errors, Does.Contain("waiting up to 120 s for the database: The AWS credentials of this container"));
    }

    [TestCase("status --wait 10m")]
    [TestCase("wait --timeout 10m")]
    public void Refused_credentials_are_not_retried(string command)
    {
        Bed.Metadata.Fault = _ => 403;
        AssertFails(Bed.Run(command, OfTask), "answered 403");
        Assert.That(Bed.Metadata.Calls, Has.Count.EqualTo(1));
        Bed.Sts.Fault = _ => (403, "AccessDenied", "no");
        AssertFails(Bed.Run(command, [.. Bed.UserKeys, ("KONG_PG_IAM_AUTH_ASSUME_ROLE_ARN", TrustedRole())]), "may not be assumed");
        Assert.That(Bed.Sts.Calls, Has.Count.EqualTo(1));
    }

    [Test]
    public void The_time_ends_with_the_error_of_the_last_attempt()
    {
        Bed.Metadata.Fault = _ => 503;
        var result = Bed.Run("status --wait 1s", OfTask);
        Assert.That(result.ExitCode, Is.EqualTo(9), result.Errors);
        Assert.That(result.Errors, Does.Contain("answered 503"));
    }

    [Test]
    public async Task A_refused_connection_and_an_unknown_host_may_pass_and_are_named()
    {
        var closed = $"http://127.0.0.1:{LoopbackPort.Free().ToString(CultureInfo.InvariantCulture)}";
        await AssertMayPassAsync(() => AskAsync(closed), "cannot be reached for GetCallerIdentity: Connection refused (127.0.0.1:");
        await AssertMayPassAsync(() => AskAsync("http://sts.invalid"), "cannot be reached for GetCallerIdentity: ");
        using var http = new MetadataHttp();
        var environment = Variables(("AWS_CONTAINER_CREDENTIALS_FULL_URI", closed));
        await AssertMayPassAsync(
            () => new ContainerSource(environment, http).GetAsync(CancellationToken.None), "Connection refused (127.0.0.1:");
    }

    [Test]
    public async Task A_server_that_does_not_speak_TLS_is_named_in_words()
    {
        using var plain = new TcpListener(IPAddress.Loopback, 0);
        plain.Start();
        var asking = AssertMayPassAsync(
            () => AskAsync($"https://{plain.LocalEndpoint}"), "cannot be reached for GetCallerIdentity: TLS cannot be agreed on");
        using (var client = await plain.AcceptTcpClientAsync())
        {
            await client.GetStream().WriteAsync("this is neither TLS nor HTTP\r\n\r\n"u8.ToArray());
            await asking;
        }
    }

    [Test]
    public async Task An_untrusted_certificate_does_not_pass()
    {
        using var secure = new HttpServer(_ => new HttpReply(200, ""), Bed.WebCertificate);
        var error = await Assert.ThrowsAsync<MigratorException>(() => AskAsync(secure.Url));
        Assert.That((error!.IsTransient, error.Message.Split(": ")[0].Split(" at ")[0]), Is.EqualTo((false, "The certificate of STS")));
    }

    [TestCase("AWS_USE_FIPS_ENDPOINT", "sts-fips.us-east-1.amazonaws.com:443")]
    [TestCase("AWS_USE_DUALSTACK_ENDPOINT", "sts.us-east-1.api.aws:443")]
    public void A_request_goes_to_the_host_of_the_switch(string name, string host)
    {
        using var proxy = new HttpServer(call => new HttpReply(call.Target == host ? 418 : 404, ""));
        var result = Bed.Run("status", [.. Bed.UserKeys, ("KONG_PG_IAM_AUTH_ASSUME_ROLE_ARN", TrustedRole()), ("AWS_ENDPOINT_URL_STS", ""),
            (name, "true"), ("HTTPS_PROXY", proxy.Url)]);
        AssertFails(8, result, $"STS at https://{host.Split(':')[0]} cannot be reached", "the proxy refuses the connection (HTTP 418)");
    }

    private static Func<string, T> Late<T>(T failure)
    {
        var left = FailuresOfALateService;
        return _ => Interlocked.Decrement(ref left) >= 0 ? failure : default!;
    }

    private static Func<string, (int, string, string)?> Late((int, string, string) failure)
    {
        var left = FailuresOfALateService;
        return _ => Interlocked.Decrement(ref left) >= 0 ? failure : null;
    }

    private static AwsEnvironment Variables((string Name, string Value) variable) =>
        new(new Dictionary<string, string>(StringComparer.Ordinal) { [variable.Name] = variable.Value });

    private static Task<string> AskAsync(string sts)
    {
        var clock = new ServerClock(TimeProvider.System);
        var environment = Variables(("HOME", "/nowhere"));
        var http = new AwsHttp(new SharedSettings(environment, new AwsProfiles(environment)), clock, StsAnswer.Check);
        return new StsClient(new StsEndpoint(new Uri(sts), "us-east-1", "test"), http, clock)
            .IdentityAsync(AwsKeys.From("AKIAEXAMPLE", "key", sessionToken: null, expires: null, "test"), CancellationToken.None);
    }

    private static async Task AssertMayPassAsync(Func<Task> ask, string words)
    {
        var error = await Assert.ThrowsAsync<MigratorException>(() => ask());
        Assert.That(error?.Message, Does.Contain(words));
        Assert.That((error!.IsTransient, error.ExitCode), Is.EqualTo((true, ExitCode.Unreachable)), error.Message);
    }

    private (string, string)[] OfTask => [("AWS_CONTAINER_CREDENTIALS_FULL_URI", Bed.Metadata.Url + MetadataServers.TaskPath)];

    private string TrustedRole()
    {
        Bed.Account.Roles[AwsAccount.Role("db")] = [Bed.User.Arn];
        return AwsAccount.Role("db");
    }

    private void AssertWaits((string, string)[] variables, Action delay, string reason)
    {
        delay();
        Assert.That(Bed.Run("status", variables).ExitCode, Is.Not.Zero, "without --wait");
        delay();
        var result = Bed.Run("status --wait 2m", variables);
        Assert.That(result.ExitCode, Is.Zero, result.Errors);
        Assert.That(result.Errors, Does.Contain("waiting up to 120 s for the database: " + reason));
    }
}
