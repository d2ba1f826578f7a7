using System.Text.RegularExpressions;
using Migrator.Configuration.Connection;
using Migrator.Iam.Aws;

namespace Migrator.Iam.Sts;

/// <summary>An STS endpoint, and the region that requests to it are signed for.</summary>
/// <param name="Url">The URL.</param>
/// <param name="Region">The region in the signature.</param>
/// <param name="Source">The setting that it comes from, as text for messages.</param>
internal sealed partial record StsEndpoint(Uri Url, string Region, string Source)
{
    private const string Switch = "AWS_STS_REGIONAL_ENDPOINTS";

    /// <summary>Whether AWS_STS_REGIONAL_ENDPOINTS=legacy would choose another host.</summary>
    public bool HasGlobal { get; private init; }

    // The regions whose requests go to the global endpoint with "legacy". Every later region has only its own endpoint.
    private static readonly string[] LegacyRegions =
    [
        "ap-northeast-1", "ap-south-1", "ap-southeast-1", "ap-southeast-2", "ca-central-1", "eu-central-1", "eu-north-1", "eu-west-1",
        "eu-west-2", "eu-west-3", "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2",
    ];

    /// <summary>Chooses the most specific endpoint that is set, or else the region's.</summary>
    /// <remarks>
    /// Kong: its own settings come first, whatever AWS's variables say, and the endpoint is <c>regional</c> unless
    /// AWS_STS_REGIONAL_ENDPOINTS is <c>legacy</c>.
    /// </remarks>
    /// <exception cref="MigratorException">The value of a setting is not valid.</exception>
    public static StsEndpoint Choose(IamSettings settings, bool readOnly, SharedSettings aws, AwsRegion region)
    {
        var endpoints = new AwsEndpoints(aws);
        if (settings.StsEndpoint is { } own)
        {
            return At(own, region, (readOnly ? "pg_ro_iam_auth_sts_endpoint_url" : "pg_iam_auth_sts_endpoint_url") + endpoints.NotApplied);
        }

        if (settings.GlobalStsEndpoint is { } global)
        {
            return At(global, region, "vault_aws_sts_endpoint_url" + endpoints.NotApplied);
        }

        if (endpoints.Configured("STS") is { } given)
        {
            return At(given.Url, region, given.Source);
        }

        var hasGlobal = endpoints.Switches is null && LegacyRegions.Contains(region.Name, StringComparer.Ordinal);
        if (hasGlobal && Legacy(aws) is { } legacy)
        {
            return At(endpoints.Regional("sts", region with { Name = AwsRegion.Global }), region, $"{legacy.Source} = legacy");
        }

        var source = $"region {region.Name}{(endpoints.Switches is { } chosen ? $" with {chosen}" : "")}";
        return At(endpoints.Regional("sts", region), region, source) with { HasGlobal = hasGlobal };
    }

    private static SharedSetting? Legacy(SharedSettings aws) => aws.Find(Switch, "sts_regional_endpoints") is not { } found ? null
        : found.Value.ToLowerInvariant() switch
        {
            "regional" => null,
            "legacy" => found,
            _ => throw new MigratorException(
                $"{found.Source} is neither 'regional' nor 'legacy'.", cause: null,
                $"Set {Switch}=regional, or unset it: regional is the default.")
            { ExitCode = Errors.ExitCode.Usage },
        };

    private static StsEndpoint At(Uri url, AwsRegion region, string source) =>
        new(url, RegionIn(url.Host) ?? (region.IsGlobal ? "us-east-1" : region.Name), source);

    // sts.eu-central-1.amazonaws.com, sts-fips.us-east-1.amazonaws.com, vpce-1-2.sts.eu-central-1.vpce.amazonaws.com, sts.amazonaws.com
    private static string? RegionIn(string host) =>
        host.Equals("sts.amazonaws.com", StringComparison.OrdinalIgnoreCase) ? "us-east-1"
        : AmazonName().Match(host) is { Success: true } match ? match.Groups["region"].Value.ToLowerInvariant() : null;

    [GeneratedRegex(
        $"""(?:^|\.)sts(?:-fips)?\.(?<region>{AwsPartition.RegionPattern})\.(?:vpce\.)?"""
            + $"""(?:{AwsPartition.SuffixPattern}|{AwsPartition.DualStackPattern})$""",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex AmazonName();
}
