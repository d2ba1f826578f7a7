using System.Text.RegularExpressions;
using Migrator.Configuration.Connection;
using Migrator.Errors;
using Migrator.Iam.Aws;

namespace Migrator.Iam.Sts;

/// <summary>Which STS is asked, and for which region requests to it are signed.</summary>
/// <param name="Url">Where it is.</param>
/// <param name="Region">The region in the signature.</param>
/// <param name="Source">Which rule led there, for people.</param>
internal sealed partial record StsEndpoint(Uri Url, string Region, string Source)
{
    private const string Switch = "AWS_STS_REGIONAL_ENDPOINTS";

    /// <summary>
    /// The most specific endpoint that is set; else the one of the region. Kong: its own settings first, and <c>regional</c> unless
    /// AWS_STS_REGIONAL_ENDPOINTS says <c>legacy</c>. The SDK knows neither that variable nor the region of a private name.
    /// </summary>
    /// <exception cref="MigratorException">A variable holds something that is not a URL.</exception>
    public static StsEndpoint Choose(IamSettings settings, bool readOnly, AwsEnvironment environment, AwsRegion region)
    {
        if (settings.StsEndpoint is { } own)
        {
            return At(own, region, readOnly ? "pg_ro_iam_auth_sts_endpoint_url" : "pg_iam_auth_sts_endpoint_url");
        }

        if (settings.GlobalStsEndpoint is { } global)
        {
            return At(global, region, "vault_aws_sts_endpoint_url");
        }

        if (!environment.IsTrue("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"))
        {
            foreach (var name in (string[])["AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL"])
            {
                if (environment[name] is { } text)
                {
                    return At(Parse(name, text), region, name);
                }
            }
        }

        return IsLegacy(environment) && region.Partition == "aws"
            ? new StsEndpoint(new Uri("https://sts.amazonaws.com"), "us-east-1", $"{Switch}=legacy")
            : new StsEndpoint(new Uri($"https://sts.{region.Name}.{region.DnsSuffix}"), region.Name, $"region {region.Name}");
    }

    private static bool IsLegacy(AwsEnvironment environment) => environment[Switch]?.ToLowerInvariant() switch
    {
        null or "regional" => false,
        "legacy" => true,
        _ => throw new MigratorException(
            $"{Switch} is neither 'regional' nor 'legacy'.", cause: null, $"Set {Switch}=regional, or unset it: regional is the default."),
    };

    private static StsEndpoint At(Uri url, AwsRegion region, string source) => new(url, RegionIn(url.Host) ?? region.Name, source);

    // sts.eu-central-1.amazonaws.com, sts-fips.us-east-1.amazonaws.com, vpce-1-2.sts.eu-central-1.vpce.amazonaws.com, sts.amazonaws.com
    private static string? RegionIn(string host) =>
        host.Equals("sts.amazonaws.com", StringComparison.OrdinalIgnoreCase) ? "us-east-1"
        : AmazonName().Match(host) is { Success: true } match ? match.Groups["region"].Value.ToLowerInvariant() : null;

    // The URL itself is not shown: it may hold the credentials for which it is refused.
    private static Uri Parse(string name, string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp) && url.UserInfo.Length == 0 && url.Host.Length > 0
            ? url
            : throw new MigratorException(
                $"Environment variable {name} is not a URL of the form https://HOST, without a user in it.",
                cause: null,
                $"Set it to a URL, for example {name}=https://sts.eu-central-1.amazonaws.com, or unset it.");

    [GeneratedRegex(
        """(?:^|\.)sts(?:-fips)?\.(?<region>[a-z]{2,5}(?:-[a-z]+)+-\d+)\.(?:vpce\.)?"""
            + """(?:amazonaws\.com|amazonaws\.com\.cn|amazonaws\.eu|api\.aws)$""",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex AmazonName();
}
