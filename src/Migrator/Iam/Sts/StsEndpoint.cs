using System.Text.RegularExpressions;
using Migrator.Configuration.Connection;
using Migrator.Errors;
using Migrator.Iam.Aws;

namespace Migrator.Iam.Sts;

/// <summary>An STS endpoint, and the region that requests to it are signed for.</summary>
/// <param name="Url">The URL.</param>
/// <param name="Region">The region in the signature.</param>
/// <param name="Source">The setting that it comes from, as text for messages.</param>
internal sealed partial record StsEndpoint(Uri Url, string Region, string Source)
{
    private const string Switch = "AWS_STS_REGIONAL_ENDPOINTS";

    /// <summary>Chooses the most specific endpoint that is set, or else the region's.</summary>
    /// <remarks>
    /// Kong: its own settings come first, and the endpoint is <c>regional</c> unless AWS_STS_REGIONAL_ENDPOINTS is <c>legacy</c>. The SDK
    /// supports neither that variable nor the region in a private name.
    /// </remarks>
    /// <exception cref="MigratorException">The value of a variable is not valid.</exception>
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
            $"{Switch} is neither 'regional' nor 'legacy'.", cause: null, $"Set {Switch}=regional, or unset it: regional is the default.")
        {
            ExitCode = Errors.ExitCode.Usage,
        },
    };

    private static StsEndpoint At(Uri url, AwsRegion region, string source) => new(url, RegionIn(url.Host) ?? region.Name, source);

    // sts.eu-central-1.amazonaws.com, sts-fips.us-east-1.amazonaws.com, vpce-1-2.sts.eu-central-1.vpce.amazonaws.com, sts.amazonaws.com
    private static string? RegionIn(string host) =>
        host.Equals("sts.amazonaws.com", StringComparison.OrdinalIgnoreCase) ? "us-east-1"
        : AmazonName().Match(host) is { Success: true } match ? match.Groups["region"].Value.ToLowerInvariant() : null;

    // The URL is not shown: it may contain a user and a password, which is one reason to refuse it.
    private static Uri Parse(string name, string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp) && url.UserInfo.Length == 0 && url.Host.Length > 0
            ? url
            : throw new MigratorException(
                $"Environment variable {name} is not a URL of the form https://HOST, without a user in it.",
                cause: null,
                $"Set it to a URL, for example {name}=https://sts.eu-central-1.amazonaws.com, or unset it.")
            {
                ExitCode = Errors.ExitCode.Usage,
            };

    [GeneratedRegex(
        """(?:^|\.)sts(?:-fips)?\.(?<region>[a-z]{2,5}(?:-[a-z]+)+-\d+)\.(?:vpce\.)?"""
            + """(?:amazonaws\.com|amazonaws\.com\.cn|amazonaws\.eu|api\.aws)$""",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex AmazonName();
}
