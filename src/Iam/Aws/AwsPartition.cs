namespace Migrator.Iam.Aws;

/// <summary>A partition of AWS: a set of regions with ARNs and domain names of its own.</summary>
/// <remarks>The names are those of the endpoint rules of the SDKs (<c>partitions.json</c>).</remarks>
/// <param name="Name">The name in ARNs.</param>
/// <param name="Prefix">What the names of its regions begin with.</param>
/// <param name="Suffix">The domain of its host names.</param>
/// <param name="DualStackSuffix">The domain of its host names with IPv4 and IPv6.</param>
internal sealed record AwsPartition(string Name, string Prefix, string Suffix, string DualStackSuffix)
{
    /// <summary>A regular expression for the domains of host names, of all partitions.</summary>
    public const string SuffixPattern =
        """(?:amazonaws\.com|amazonaws\.com\.cn|amazonaws\.eu|c2s\.ic\.gov|sc2s\.sgov\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov)""";

    /// <summary>A regular expression for the domains of host names with IPv4 and IPv6, of all partitions.</summary>
    public const string DualStackPattern =
        """(?:api\.aws(?:\.ic\.gov|\.scloud|\.hci\.ic\.gov)?|api\.amazonwebservices\.(?:com\.cn|eu)|api\.cloud-aws\.adc-e\.uk)""";

    /// <summary>A regular expression for the name of a region.</summary>
    public const string RegionPattern = """[a-z]{2,5}(?:-[a-z]+)+-\d+""";

    private static readonly AwsPartition Commercial = new("aws", "", "amazonaws.com", "api.aws");

    private static readonly AwsPartition[] Others =
    [
        new("aws-cn", "cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn"),
        new("aws-us-gov", "us-gov-", "amazonaws.com", "api.aws"),
        new("aws-eusc", "eusc-", "amazonaws.eu", "api.amazonwebservices.eu"),
        new("aws-iso", "us-iso-", "c2s.ic.gov", "api.aws.ic.gov"),
        new("aws-iso-b", "us-isob-", "sc2s.sgov.gov", "api.aws.scloud"),
        new("aws-iso-e", "eu-isoe-", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"),
        new("aws-iso-f", "us-isof-", "csp.hci.ic.gov", "api.aws.hci.ic.gov"),
    ];

    /// <summary>The partition of a region. A region that is not known is in the partition <c>aws</c>, as for the SDKs.</summary>
    public static AwsPartition Of(string region) =>
        Others.FirstOrDefault(p => region.StartsWith(p.Prefix, StringComparison.Ordinal)) ?? Commercial;

    /// <summary>The host name of a service in a region.</summary>
    /// <param name="service">The service as host names have it, for example <c>sts</c>.</param>
    /// <param name="region">The region.</param>
    /// <param name="fips">Whether the host uses cryptography validated by FIPS 140.</param>
    /// <param name="dualStack">Whether the host has IPv4 and IPv6.</param>
    public string Host(string service, string region, bool fips, bool dualStack)
    {
        // In GovCloud (US) the ordinary hosts of STS and IAM Identity Center are those of FIPS.
        var isMarked = fips && (Name != "aws-us-gov" || dualStack);
        return $"{service}{(isMarked ? "-fips" : "")}.{region}.{(dualStack ? DualStackSuffix : Suffix)}";
    }
}
