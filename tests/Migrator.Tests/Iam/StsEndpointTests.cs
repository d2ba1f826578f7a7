using Migrator.Configuration.Connection;
using Migrator.Errors;
using Migrator.Iam.Aws;
using Migrator.Iam.Sts;

namespace Migrator.Tests.Iam;

/// <summary>The STS endpoint that is used, by the most specific rule, and the region of its signature.</summary>
internal sealed class StsEndpointTests
{
    private static readonly AwsRegion Frankfurt = new("eu-central-1", "test");

    [Test]
    public void The_regional_endpoint_is_the_default() =>
        Assert.That(Choose(Frankfurt), Is.EqualTo(("https://sts.eu-central-1.amazonaws.com/", "eu-central-1")));

    [TestCase("cn-north-1", "https://sts.cn-north-1.amazonaws.com.cn/")]
    [TestCase("us-gov-west-1", "https://sts.us-gov-west-1.amazonaws.com/")]
    public void The_partitions_domain_name(string region, string url)
    {
        Assert.That(Choose(new AwsRegion(region, "test")), Is.EqualTo((url, region)));
        Assert.That(Choose(new AwsRegion(region, "test"), ("AWS_STS_REGIONAL_ENDPOINTS", "legacy")), Is.EqualTo((url, region)),
            "there is no global endpoint there");
    }

    [Test]
    public void The_global_endpoint_with_legacy() =>
        Assert.That(Choose(Frankfurt, ("AWS_STS_REGIONAL_ENDPOINTS", "legacy")), Is.EqualTo(("https://sts.amazonaws.com/", "us-east-1")));

    [Test]
    public void Regional_given_explicitly() =>
        Assert.That(Choose(Frankfurt, ("AWS_STS_REGIONAL_ENDPOINTS", "regional")).Region, Is.EqualTo("eu-central-1"));

    [Test]
    public void Neither_regional_nor_legacy_is_an_error() =>
        Assert.Throws<MigratorException>(() => Choose(Frankfurt, ("AWS_STS_REGIONAL_ENDPOINTS", "global")));

    [Test]
    public void The_more_specific_endpoint_takes_precedence()
    {
        var environment = new[] { ("AWS_ENDPOINT_URL", "http://all:1"), ("AWS_ENDPOINT_URL_STS", "http://sts:2"),
            ("AWS_STS_REGIONAL_ENDPOINTS", "legacy") };
        var global = new IamSettings { GlobalStsEndpoint = new Uri("http://vault:3") };
        Assert.Multiple(() =>
        {
            Assert.That(Choose(Frankfurt, environment[0], environment[2]).Url, Is.EqualTo("http://all:1/"));
            Assert.That(Choose(Frankfurt, environment).Url, Is.EqualTo("http://sts:2/"));
            Assert.That(Choose(Frankfurt, [.. environment, ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")]).Url,
                Is.EqualTo("https://sts.amazonaws.com/"));
            Assert.That(Choose(global, Frankfurt, environment).Url, Is.EqualTo("http://vault:3/"));
            Assert.That(Choose(global with { StsEndpoint = new Uri("http://own:4") }, Frankfurt, environment).Url,
                Is.EqualTo("http://own:4/"));
        });
    }

    [TestCase("https://sts.internal.example/path", "eu-central-1")]
    [TestCase("https://vpce-1-2.sts.us-west-2.vpce.amazonaws.com", "us-west-2")]
    [TestCase("https://vpce-1-2-us-west-2a.sts.us-west-2.vpce.amazonaws.com", "us-west-2")]
    [TestCase("https://sts-fips.us-east-2.amazonaws.com", "us-east-2")]
    [TestCase("https://sts.amazonaws.com", "us-east-1")]
    public void The_signed_region_is_that_of_the_name_or_else_the_default(string url, string region) =>
        Assert.That(Choose(new IamSettings { StsEndpoint = new Uri(url) }, Frankfurt).Region, Is.EqualTo(region));

    [TestCase("sts.eu-central-1.amazonaws.com")]
    [TestCase("https://me:secret-in-url@sts.example")]
    [TestCase("ftp://sts.example")]
    public void An_invalid_URL_is_refused_and_not_printed(string url) => Assert.That(
        Assert.Throws<MigratorException>(() => Choose(Frankfurt, ("AWS_ENDPOINT_URL_STS", url)))!.Message,
        Does.Contain("AWS_ENDPOINT_URL_STS").And.Not.Contain("secret-in-url"));

    private static (string Url, string Region) Choose(AwsRegion region, params (string, string)[] variables) =>
        Choose(new IamSettings(), region, variables);

    private static (string Url, string Region) Choose(
        IamSettings settings, AwsRegion region, params (string Name, string Value)[] variables)
    {
        var endpoint = StsEndpoint
            .Choose(settings, readOnly: false,
            new AwsEnvironment(variables.ToDictionary(v => v.Name, v => v.Value, StringComparer.Ordinal)), region);
        return (endpoint.Url.AbsoluteUri, endpoint.Region);
    }
}
