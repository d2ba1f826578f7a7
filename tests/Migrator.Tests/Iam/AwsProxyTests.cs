using Migrator.Errors;
using Migrator.Iam.Aws;
using TestSupport;
using TestSupport.Aws;

namespace Migrator.Tests.Iam;

/// <summary>The proxy of a request to AWS: as the AWS CLI chooses it, and named in errors.</summary>
internal sealed class AwsProxyTests : IamTest
{
    private const string Sts = "https://sts.eu-central-1.amazonaws.com";

    [TestCase("", null)]
    [TestCase("HTTPS_PROXY=http://p:1", "http://p:1/")]
    [TestCase("HTTP_PROXY=http://p:1", null)]
    [TestCase("ALL_PROXY=http://p:1", "http://p:1/")]
    [TestCase("HTTPS_PROXY=http://p:1\nALL_PROXY=http://q:1", "http://p:1/")]
    [TestCase("HTTPS_PROXY=http://p:1\nhttps_proxy=http://q:1", "http://q:1/")]
    [TestCase("HTTPS_PROXY=http://p:1\nhttps_proxy=", null)]
    [TestCase("HTTPS_PROXY=p:1", "http://p:1/")]
    [TestCase("HTTPS_PROXY=p", "http://p/")]
    [TestCase("HTTPS_PROXY=https://p", "https://p/")]
    [TestCase("HTTPS_PROXY=socks5://p", "socks5://p:1080/")]
    [TestCase("HTTPS_PROXY=http://[::1]:1", "http://[::1]:1/")]
    [TestCase("HTTPS_PROXY=http://p:1/path", "http://p:1/path")]
    [TestCase("HTTPS_PROXY=http://me:a%2Fb@p:1", "http://p:1/", "me/a/b")]
    [TestCase("HTTPS_PROXY=me:a/b@c:d@p:1", "http://p:1/", "me/a/b@c:d")]
    public void The_variable_that_names_it(string variables, string? url, string? user = null)
    {
        var proxy = Find(variables);
        Assert.That(proxy?.Address.AbsoluteUri, Is.EqualTo(url));
        Assert.That(proxy?.User is { } found ? $"{found.UserName}/{found.Password}" : null, Is.EqualTo(user));
    }

    // As proxy_bypass_environment of Python 3.11 answers.
    [TestCase("amazonaws.com", true)]
    [TestCase(".amazonaws.com", true)]
    [TestCase(" other , .AmazonAWS.com ", true)]
    [TestCase("sts.eu-central-1.amazonaws.com", true)]
    [TestCase("*", true)]
    [TestCase("com", true)]
    [TestCase("naws.com", false)]
    [TestCase("*.amazonaws.com", false)]
    [TestCase("*,other", false)]
    [TestCase("sts.eu-central-1.amazonaws.com.cn", false)]
    [TestCase("other other.example", false)]
    [TestCase(",.", false)]
    [TestCase("", false)]
    public void NO_PROXY(string names, bool isBypassed)
    {
        Assert.That(Find($"HTTPS_PROXY=http://p:1\nNO_PROXY={names}") is null, Is.EqualTo(isBypassed));
        Assert.That(Find($"HTTPS_PROXY=http://p:1\nno_proxy={names}\nNO_PROXY=*") is null, Is.EqualTo(isBypassed));
    }

    [Test]
    public void NO_PROXY_with_a_port()
    {
        var variables = "HTTP_PROXY=http://p:1\nNO_PROXY=127.0.0.1:8500";
        Assert.That((Find(variables, "http://127.0.0.1:8500"), Find(variables, "http://127.0.0.1:8501")?.Variable),
            Is.EqualTo(((AwsProxy?)null, "HTTP_PROXY")));
    }

    [TestCase("http://127.0.0.1:port")]
    [TestCase("http://127.0.0.1:31280000")]
    [TestCase("http://127.0.0.1:9:9")]
    [TestCase("$HTTP_PROXY")]
    [TestCase("http://")]
    [TestCase(" http://127.0.0.1:9")]
    [TestCase("http://127.0.0.1:9 ")]
    [TestCase("ftp://127.0.0.1:9")]
    [TestCase("http://[::1")]
    [TestCase("http://me:secret@")]
    [TestCase("://p")]
    public void A_variable_that_has_no_URL_of_a_proxy_is_an_error_where_a_request_would_go_through_it(string value)
    {
        var error = Assert.Throws<MigratorException>(() => Find($"HTTPS_PROXY={value}"));
        Assert.That((error!.ExitCode, error.Message), Is.EqualTo((ExitCode.Usage, "HTTPS_PROXY is not the URL of a proxy, such as "
            + "http://HOST:PORT.")));
        Assert.That(Find($"HTTPS_PROXY={value}\nNO_PROXY=amazonaws.com"), Is.Null);
        Assert.That(Find($"HTTPS_PROXY={value}", "http://sts.example"), Is.Null);
    }

    [Test]
    public void A_run_ends_with_it_only_if_it_asks_STS()
    {
        var proxy = ("HTTP_PROXY", "http://127.0.0.1:port");
        AssertFails(2, Bed.Run("status", [.. Bed.UserKeys, proxy], TrustedRole()), "HTTP_PROXY is not the URL of a proxy");
        Assert.That(Bed.Sts.Calls, Is.Empty);
        AssertLogsIn(Bed.User.Arn, [.. Bed.UserKeys, proxy]);
    }

    [Test]
    public void A_proxy_that_does_not_answer_is_named_with_its_variable_and_the_remedy_helps()
    {
        var closed = $"http://127.0.0.1:{LoopbackPort.Free().ToString(System.Globalization.CultureInfo.InvariantCulture)}";
        (string, string)[] variables = [.. Bed.UserKeys,
            ("http_proxy", closed.Replace("//", $"//me:{Bed.Secret("proxy-password")}@", StringComparison.Ordinal)), ("NO_PROXY", "a.b")];
        var result = Bed.Run("status", variables, TrustedRole());
        AssertFails(8, result, "cannot be reached for AssumeRole of ", $"through the proxy {closed} of http_proxy: Connection refused");
        Assert.That(result.Errors, Does.Contain("Correct http_proxy, or go around the proxy: export NO_PROXY=a.b,127.0.0.1\n"));
        AssertLogsIn(AwsAccount.Role("db"), [.. variables, ("NO_PROXY", "a.b,127.0.0.1")], TrustedRole());
    }

    private (string, string) TrustedRole() => ("pg_iam_auth_assume_role_arn", Trusting("db", Bed.User.Arn));

    private static AwsProxy? Find(string variables, string url = Sts) => AwsProxy.Find(new Uri(url), new AwsEnvironment(
        variables.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('=', 2))
            .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal)));
}
