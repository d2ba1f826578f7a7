using System.Text.RegularExpressions;
using Migrator.Iam.Aws;

namespace Migrator.Iam.Signing;

/// <summary>An Amazon RDS endpoint, parsed from its host name.</summary>
/// <remarks>
/// The forms are in the RDS user guide, "Finding the connection information", and the Aurora user guide, "Amazon Aurora connection
/// management" and "RDS Proxy endpoints". In China the region may also follow <c>rds</c>. The writer endpoint of an Aurora global database
/// has no region in its name: NAME.global-ID.global.rds.amazonaws.com.
/// </remarks>
/// <param name="Host">The host name in the form that is signed: lower case, without a final dot.</param>
/// <param name="Region">The region in the name; null for the writer endpoint of a global database.</param>
/// <param name="Kind">The kind of endpoint.</param>
internal sealed partial record RdsEndpoint(string Host, string? Region, RdsEndpointKind Kind)
{
    /// <summary>The first part of the name: the identifier of the instance, cluster, endpoint of a cluster, or proxy.</summary>
    public string Identifier => Host[..Host.IndexOf('.', StringComparison.Ordinal)];

    /// <summary>Whether the first part of the name is that of a further endpoint of a proxy, and not of the proxy.</summary>
    public bool IsFurtherProxyEndpoint => Kind == RdsEndpointKind.Proxy && Host.Contains(".endpoint.", StringComparison.Ordinal);

    /// <summary>Parses a host name; null if it is not the name of an RDS endpoint.</summary>
    public static RdsEndpoint? TryParse(string host)
    {
        var name = Plain(host);
        var match = Pattern().Match(name);
        if (!match.Success)
        {
            return null;
        }

        var kind = match.Groups["kind"].Value switch
        {
            "global-" => RdsEndpointKind.GlobalCluster,
            "proxy-" => RdsEndpointKind.Proxy,
            "cluster-custom-" => RdsEndpointKind.CustomCluster,
            "cluster-" or "cluster-ro-" or "shardgrp-" => RdsEndpointKind.Cluster,
            _ => RdsEndpointKind.Instance,
        };
        return new RdsEndpoint(name, kind == RdsEndpointKind.GlobalCluster ? null : match.Groups["region"].Value, kind);
    }

    /// <summary>A host name in the form that is signed: lower case, without a final dot.</summary>
    public static string Plain(string host) => host.TrimEnd('.').ToLowerInvariant();

    [GeneratedRegex(
        $"""^[a-z0-9][a-z0-9-]*(?:(?:\.endpoint)?\.(?<kind>proxy-|cluster-custom-|cluster-ro-|cluster-|shardgrp-)?[a-z0-9]+\."""
            + $"""(?:(?<region>{AwsPartition.RegionPattern})\.rds|rds\.(?<region>{AwsPartition.RegionPattern}))"""
            + $"""|\.(?<kind>global-)[a-z0-9]+\.global\.rds)\.{AwsPartition.SuffixPattern}$""",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Pattern();
}

/// <summary>The kind of an RDS endpoint.</summary>
internal enum RdsEndpointKind
{
    /// <summary>A DB instance.</summary>
    Instance,

    /// <summary>The writer or reader endpoint of an Aurora or Multi-AZ cluster.</summary>
    Cluster,

    /// <summary>The writer endpoint of an Aurora global database, which follows its primary cluster.</summary>
    GlobalCluster,

    /// <summary>A custom endpoint of an Aurora cluster.</summary>
    CustomCluster,

    /// <summary>An endpoint of RDS Proxy.</summary>
    Proxy,
}
