using Amazon;

namespace Migrator.Iam.Aws;

/// <summary>A region, and how it is known.</summary>
/// <param name="Name">For example <c>eu-central-1</c>.</param>
/// <param name="Source">Where it is from, for people.</param>
internal sealed record AwsRegion(string Name, string Source)
{
    /// <summary>The part of AWS that it belongs to, as ARNs name it: <c>aws</c>, <c>aws-cn</c>, <c>aws-us-gov</c>.</summary>
    public string Partition => RegionEndpoint.GetBySystemName(Name).PartitionName;

    /// <summary>What names of AWS hosts end in there: <c>amazonaws.com</c>, <c>amazonaws.com.cn</c>.</summary>
    public string DnsSuffix => RegionEndpoint.GetBySystemName(Name).PartitionDnsSuffix;
}
