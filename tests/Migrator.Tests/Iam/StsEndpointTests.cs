using Migrator.Configuration.Connection;
using Migrator.Errors;
using Migrator.Iam.Aws;
using Migrator.Iam.Sts;

namespace Migrator.Tests.Iam;

/// <summary>The STS endpoint that is used, by the most specific rule, and the region of its signature.</summary>
internal sealed class StsEndpointTests
{
    private static readonly AwsRegion Frankfurt = new("eu-central-1", "test");
    private static readonly AwsRegion Everywhere = new(AwsRegion.Global, "test");
    private static readonly (string, string) Fips = ("AWS_USE_FIPS_ENDPOINT", "true");
    private static readonly (string, string) DualStack = ("AWS_USE_DUALSTACK_ENDPOINT", "True");

    private DirectoryInfo folder = null!;

    [SetUp]
    public void Start() => folder = Directory.CreateTempSubdirectory("migrator-sts-");

    [TearDown]
    public void Stop() => folder.Delete(recursive: true);

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

    [TestCase("ap-east-1")]
    [TestCase("mx-central-1")]
    public void A_later_region_has_no_part_in_the_global_endpoint(string region) => Assert.That(
        Choose(new AwsRegion(region, "test"), ("AWS_STS_REGIONAL_ENDPOINTS", "legacy")),
        Is.EqualTo(($"https://sts.{region}.amazonaws.com/", region)));

    [Test]
    public void The_region_aws_global_is_the_global_endpoint()
    {
        Assert.That(Choose(Everywhere), Is.EqualTo(("https://sts.amazonaws.com/", "us-east-1")));
        Assert.That(Choose(new IamSettings { StsEndpoint = new Uri("http://own") }, Everywhere).Region, Is.EqualTo("us-east-1"));
    }

    // As botocore 1.43.11 builds them from its endpoint rules.
    [TestCase("eu-central-1", "sts-fips.eu-central-1.amazonaws.com", "sts.eu-central-1.api.aws", "sts-fips.eu-central-1.api.aws")]
    [TestCase("xx-new-1", "sts-fips.xx-new-1.amazonaws.com", "sts.xx-new-1.api.aws", "sts-fips.xx-new-1.api.aws")]
    [TestCase("us-gov-west-1", "sts.us-gov-west-1.amazonaws.com", "sts.us-gov-west-1.api.aws", "sts-fips.us-gov-west-1.api.aws")]
    [TestCase("us-gov-east-1", "sts.us-gov-east-1.amazonaws.com", "sts.us-gov-east-1.api.aws", "sts-fips.us-gov-east-1.api.aws")]
    [TestCase("cn-north-1", "sts-fips.cn-north-1.amazonaws.com.cn", "sts.cn-north-1.api.amazonwebservices.com.cn",
        "sts-fips.cn-north-1.api.amazonwebservices.com.cn")]
    [TestCase("eusc-de-east-1", "sts-fips.eusc-de-east-1.amazonaws.eu", "sts.eusc-de-east-1.api.amazonwebservices.eu",
        "sts-fips.eusc-de-east-1.api.amazonwebservices.eu")]
    [TestCase("us-iso-east-1", "sts-fips.us-iso-east-1.c2s.ic.gov", "sts.us-iso-east-1.api.aws.ic.gov",
        "sts-fips.us-iso-east-1.api.aws.ic.gov")]
    [TestCase("us-isob-east-1", "sts-fips.us-isob-east-1.sc2s.sgov.gov", "sts.us-isob-east-1.api.aws.scloud",
        "sts-fips.us-isob-east-1.api.aws.scloud")]
    [TestCase("eu-isoe-west-1", "sts-fips.eu-isoe-west-1.cloud.adc-e.uk", "sts.eu-isoe-west-1.api.cloud-aws.adc-e.uk",
        "sts-fips.eu-isoe-west-1.api.cloud-aws.adc-e.uk")]
    [TestCase("us-isof-south-1", "sts-fips.us-isof-south-1.csp.hci.ic.gov", "sts.us-isof-south-1.api.aws.hci.ic.gov",
        "sts-fips.us-isof-south-1.api.aws.hci.ic.gov")]
    public void The_hosts_of_FIPS_and_dual_stack(string region, string fips, string dualStack, string both)
    {
        var at = new AwsRegion(region, "test");
        Assert.Multiple(() =>
        {
            Assert.That(Choose(at, Fips), Is.EqualTo(($"https://{fips}/", region)));
            Assert.That(Choose(at, DualStack), Is.EqualTo(($"https://{dualStack}/", region)));
            Assert.That(Choose(at, Fips, DualStack), Is.EqualTo(($"https://{both}/", region)));
            Assert.That(Choose(at, Fips, ("AWS_STS_REGIONAL_ENDPOINTS", "legacy")).Url, Is.EqualTo($"https://{fips}/"));
            Assert.That(Choose(new IamSettings { StsEndpoint = new Uri($"https://{both}") }, Frankfurt).Region, Is.EqualTo(region));
        });
    }

    [TestCase("AWS_ENDPOINT_URL_STS")]
    [TestCase("AWS_ENDPOINT_URL")]
    public void A_URL_of_AWSs_variables_is_taken_as_it_is_and_says_that_a_switch_is_not_applied(string variable)
    {
        // So does the AWS CLI 1.45.11 (botocore 1.43.11).
        var endpoint = StsEndpoint.Choose(
            new IamSettings(), readOnly: false, Shared((variable, "https://sts.example"), Fips, DualStack), Frankfurt);
        Assert.That((endpoint.Url.AbsoluteUri, endpoint.Source), Is.EqualTo(("https://sts.example/",
            $"{variable}; AWS_USE_FIPS_ENDPOINT and AWS_USE_DUALSTACK_ENDPOINT not applied to it")));
        Assert.That(Choose(Frankfurt, (variable, "https://sts.example"), Fips, ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "TRUE")).Url,
            Is.EqualTo("https://sts-fips.eu-central-1.amazonaws.com/"));
    }

    [Test]
    public void The_region_aws_global_has_no_other_hosts() => Assert.That(
        Assert.Throws<MigratorException>(() => Choose(Everywhere, Fips))!.Message,
        Is.EqualTo("AWS_USE_FIPS_ENDPOINT asks for another host of sts, and region aws-global (test) has none."));

    [Test]
    public void A_URL_of_Kongs_settings_stays_and_says_that_a_switch_is_not_applied()
    {
        var endpoint = StsEndpoint
            .Choose(new IamSettings { StsEndpoint = new Uri("http://own:4") }, readOnly: false, Shared(Fips), Frankfurt);
        Assert.That((endpoint.Url.AbsoluteUri, endpoint.Source),
            Is.EqualTo(("http://own:4/", "pg_iam_auth_sts_endpoint_url; AWS_USE_FIPS_ENDPOINT not applied to it")));
    }

    [TestCase("use_fips_endpoint = true", "https://sts-fips.eu-central-1.amazonaws.com/")]
    [TestCase("use_dualstack_endpoint = TRUE", "https://sts.eu-central-1.api.aws/")]
    [TestCase("sts_regional_endpoints = legacy", "https://sts.amazonaws.com/")]
    [TestCase("endpoint_url = http://all:1", "http://all:1/")]
    [TestCase("endpoint_url = http://all:1\nignore_configured_endpoint_urls = true", "https://sts.eu-central-1.amazonaws.com/")]
    [TestCase("services = mine\nendpoint_url = http://all:1", "http://sts:2/")]
    [TestCase("services = mine\nignore_configured_endpoint_urls = true\nuse_fips_endpoint = true",
        "https://sts-fips.eu-central-1.amazonaws.com/")]
    [TestCase("services = empty\nendpoint_url = http://all:1", "http://all:1/")]
    [TestCase("services = mine\nuse_fips_endpoint = true", "http://sts:2/")]
    public void The_profile_says_the_same_as_the_variables(string lines, string url)
    {
        Assert.That(Choose(Frankfurt, Config(lines)).Url, Is.EqualTo(url));
        Assert.That(Choose(Frankfurt, Config("region = eu-central-1"), ("AWS_DEFAULT_PROFILE", "other")).Url,
            Is.EqualTo("https://sts.eu-central-1.amazonaws.com/"));
    }

    [Test]
    public void A_variable_takes_precedence_over_the_profile()
    {
        var file = Config("services = mine\nuse_fips_endpoint = true\nsts_regional_endpoints = legacy");
        Assert.Multiple(() =>
        {
            Assert.That(Choose(Frankfurt, file, ("AWS_USE_FIPS_ENDPOINT", "false"), ("AWS_ENDPOINT_URL", "http://all:1")).Url,
                Is.EqualTo("http://all:1/"));
            Assert.That(Choose(Frankfurt, file, ("AWS_USE_FIPS_ENDPOINT", "false"), ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"),
                ("AWS_STS_REGIONAL_ENDPOINTS", "regional")).Url, Is.EqualTo("https://sts.eu-central-1.amazonaws.com/"));
        });
    }

    [TestCase("services = missing", "services of profile 'default' is 'missing', and there is no section [services missing]")]
    [TestCase("endpoint_url = sts.example", "endpoint_url of profile 'default' is not a URL")]
    [TestCase("sts_regional_endpoints = global", "sts_regional_endpoints of profile 'default' is neither 'regional' nor 'legacy'")]
    public void A_setting_of_the_profile_that_cannot_be_used_is_named(string lines, string words) =>
        Assert.That(Assert.Throws<MigratorException>(() => Choose(Frankfurt, Config(lines)))!.Message, Does.StartWith(words));

    [TestCase("false")]
    [TestCase("1")]
    public void A_switch_that_is_not_true_is_off(string value) => Assert.That(
        Choose(Frankfurt, ("AWS_USE_FIPS_ENDPOINT", value), ("AWS_ENDPOINT_URL", "http://all:1")).Url, Is.EqualTo("http://all:1/"));

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

    private (string, string) Config(string lines)
    {
        var path = Path.Combine(folder.FullName, "config");
        File.WriteAllText(path, $"""
            [default]
            {lines}
            [profile other]
            [services mine]
            sts =
              endpoint_url = http://sts:2
            s3 =
              endpoint_url = http://s3:3
            [services empty]
            s3 =
              endpoint_url = http://s3:3
            """);
        return ("AWS_CONFIG_FILE", path);
    }

    private static (string Url, string Region) Choose(AwsRegion region, params (string, string)[] variables) =>
        Choose(new IamSettings(), region, variables);

    private static (string Url, string Region) Choose(
        IamSettings settings, AwsRegion region, params (string Name, string Value)[] variables)
    {
        var endpoint = StsEndpoint
            .Choose(settings, readOnly: false,
            Shared(variables), region);
        return (endpoint.Url.AbsoluteUri, endpoint.Region);
    }

    internal static SharedSettings Shared(params (string Name, string Value)[] variables)
    {
        var environment = new AwsEnvironment(variables.Append(("HOME", "/nowhere")).GroupBy(v => v.Item1, StringComparer.Ordinal)
            .ToDictionary(v => v.Key, v => v.First().Item2, StringComparer.Ordinal));
        return new SharedSettings(environment, new AwsProfiles(environment));
    }
}
