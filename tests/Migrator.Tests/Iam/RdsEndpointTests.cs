using Migrator.Iam.Signing;

namespace Migrator.Tests.Iam;

/// <summary>Names of RDS endpoints, and names that only look like them.</summary>
internal sealed class RdsEndpointTests
{
    [TestCase("kongdb.c1abcdefghij.us-east-1.rds.amazonaws.com", "us-east-1", nameof(RdsEndpointKind.Instance))]
    [TestCase("kongdb.c1abcdefghij.eu-central-1.rds.amazonaws.com.", "eu-central-1", nameof(RdsEndpointKind.Instance))]
    [TestCase("KONGDB.c1abcdefghij.ap-southeast-2.RDS.amazonaws.com", "ap-southeast-2", nameof(RdsEndpointKind.Instance))]
    [TestCase("kong.cluster-c1abcdefghij.us-east-1.rds.amazonaws.com", "us-east-1", nameof(RdsEndpointKind.Cluster))]
    [TestCase("kong.cluster-ro-c1abcdefghij.us-east-1.rds.amazonaws.com", "us-east-1", nameof(RdsEndpointKind.Cluster))]
    [TestCase("mine.cluster-custom-c1abcdefghij.us-east-1.rds.amazonaws.com", "us-east-1", nameof(RdsEndpointKind.CustomCluster))]
    [TestCase("kong.proxy-c1abcdefghij.us-east-1.rds.amazonaws.com", "us-east-1", nameof(RdsEndpointKind.Proxy))]
    [TestCase("ro.endpoint.proxy-c1abcdefghij.us-east-1.rds.amazonaws.com", "us-east-1", nameof(RdsEndpointKind.Proxy))]
    [TestCase("kongdb.c1abcdefghij.us-gov-west-1.rds.amazonaws.com", "us-gov-west-1", nameof(RdsEndpointKind.Instance))]
    [TestCase("kongdb.c1abcdefghij.rds.cn-north-1.amazonaws.com.cn", "cn-north-1", nameof(RdsEndpointKind.Instance))]
    [TestCase("kong.cluster-c1abcdefghij.rds.cn-northwest-1.amazonaws.com.cn", "cn-northwest-1", nameof(RdsEndpointKind.Cluster))]
    [TestCase("kongdb.c1abcdefghij.cn-north-1.rds.amazonaws.com.cn", "cn-north-1", nameof(RdsEndpointKind.Instance))]
    public void The_region_and_the_kind_are_read_from_the_name(string host, string region, string kind)
    {
        var endpoint = RdsEndpoint.TryParse(host)!;
        Assert.That((endpoint.Region, endpoint.Kind.ToString(), endpoint.Host),
            Is.EqualTo((region, kind, host.TrimEnd('.').ToLowerInvariant())));
    }

    [TestCase("localhost")]
    [TestCase("127.0.0.1")]
    [TestCase("db.example.com")]
    [TestCase("rds.amazonaws.com")]
    [TestCase("us-east-1.rds.amazonaws.com")]
    [TestCase("kongdb.c1abcdefghij.us-east-1.rds.amazonaws.com.evil.example")]
    [TestCase("kongdb.c1abcdefghij.us-east-1.rds.amazonaws.org")]
    [TestCase("ec2-1-2-3-4.compute-1.amazonaws.com")]
    public void Other_names_are_not_RDS_endpoints(string host) => Assert.That(RdsEndpoint.TryParse(host), Is.Null);
}
