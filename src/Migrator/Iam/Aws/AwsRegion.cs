using Amazon;

namespace Migrator.Iam.Aws;

/// <summary>An AWS region and its source.</summary>
/// <param name="Name">The name, for example <c>eu-central-1</c>.</param>
/// <param name="Source">The source, as text for messages.</param>
internal sealed record AwsRegion(string Name, string Source)
{
    /// <summary>The partition of the region, as in ARNs: <c>aws</c>, <c>aws-cn</c>, <c>aws-us-gov</c>.</summary>
    public string Partition => RegionEndpoint.GetBySystemName(Name).PartitionName;

    /// <summary>The suffix of AWS host names in the partition: <c>amazonaws.com</c>, <c>amazonaws.com.cn</c>.</summary>
    public string DnsSuffix => RegionEndpoint.GetBySystemName(Name).PartitionDnsSuffix;
}
