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
    [TestCase("kongdb.c1abcdefghij.us-iso-east-1.rds.c2s.ic.gov", "us-iso-east-1", nameof(RdsEndpointKind.Instance))]
    [TestCase("kongdb.c1abcdefghij.us-isob-east-1.rds.sc2s.sgov.gov", "us-isob-east-1", nameof(RdsEndpointKind.Instance))]
    [TestCase("kong.cluster-c1abcdefghij.eu-isoe-west-1.rds.cloud.adc-e.uk", "eu-isoe-west-1", nameof(RdsEndpointKind.Cluster))]
    [TestCase("kongdb.c1abcdefghij.us-isof-south-1.rds.csp.hci.ic.gov", "us-isof-south-1", nameof(RdsEndpointKind.Instance))]
    [TestCase("kong.proxy-c1abcdefghij.eusc-de-east-1.rds.amazonaws.eu", "eusc-de-east-1", nameof(RdsEndpointKind.Proxy))]
    [TestCase("kong.shardgrp-c1abcdefghij.us-east-1.rds.amazonaws.com", "us-east-1", nameof(RdsEndpointKind.Cluster))]
    [TestCase("kong.proxy-c1abcdefghij.rds.cn-north-1.amazonaws.com.cn", "cn-north-1", nameof(RdsEndpointKind.Proxy))]
    [TestCase("Kong.global-abcdefghij12.global.rds.amazonaws.com.", null, nameof(RdsEndpointKind.GlobalCluster))]
    public void The_region_and_the_kind_are_read_from_the_name(string host, string? region, string kind)
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
    [TestCase("kong.abcdefghij12.global.rds.amazonaws.com")]
    [TestCase("kong.global-abcdefghij12.us-east-1.rds.amazonaws.com")]
    [TestCase("kong.global-abcdefghij12.global.rds.example.com")]
    [TestCase("kong.global-abcdefghij12.global.rds.amazonaws.com.evil.example")]
    public void Other_names_are_not_RDS_endpoints(string host) => Assert.That(RdsEndpoint.TryParse(host), Is.Null);
}
