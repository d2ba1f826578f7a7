using System.Text.RegularExpressions;

namespace Migrator.Iam.Signing;

/// <summary>
/// What the name of an Amazon RDS endpoint says. Forms: RDS user guide "Finding the connection information", Aurora user guide "Amazon
/// Aurora connection management" and "RDS Proxy endpoints"; in China the region also stands behind <c>rds</c>.
/// </summary>
/// <param name="Host">The name as a token is signed for it: lower case, without a final dot.</param>
/// <param name="Region">The region in it.</param>
/// <param name="Kind">What answers there.</param>
internal sealed partial record RdsEndpoint(string Host, string Region, RdsEndpointKind Kind)
{
    /// <summary>The first part of the name: the identifier of the instance, cluster, custom endpoint or proxy.</summary>
    public string Identifier => Host[..Host.IndexOf('.', StringComparison.Ordinal)];

    /// <summary>The endpoint of a host name; null where it is none.</summary>
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
            "proxy-" => RdsEndpointKind.Proxy,
            "cluster-custom-" => RdsEndpointKind.CustomCluster,
            "cluster-" or "cluster-ro-" or "shardgrp-" => RdsEndpointKind.Cluster,
            _ => RdsEndpointKind.Instance,
        };
        return new RdsEndpoint(name, match.Groups["region"].Value, kind);
    }

    /// <summary>A host name as it is signed.</summary>
    public static string Plain(string host) => host.TrimEnd('.').ToLowerInvariant();

    [GeneratedRegex(
        """^[a-z0-9][a-z0-9-]*(?:\.endpoint)?\.(?<kind>proxy-|cluster-custom-|cluster-ro-|cluster-|shardgrp-)?[a-z0-9]+\."""
            + """(?:(?<region>[a-z]{2,5}(?:-[a-z]+)+-\d+)\.rds|rds\.(?<region>[a-z]{2,5}(?:-[a-z]+)+-\d+))\."""
            + """(?:amazonaws\.com|amazonaws\.com\.cn|amazonaws\.eu|c2s\.ic\.gov|sc2s\.sgov\.gov)$""",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Pattern();
}

/// <summary>What answers at an endpoint.</summary>
internal enum RdsEndpointKind
{
    /// <summary>A DB instance.</summary>
    Instance,

    /// <summary>The writer or reader endpoint of an Aurora or Multi-AZ cluster.</summary>
    Cluster,

    /// <summary>A custom endpoint of an Aurora cluster.</summary>
    CustomCluster,

    /// <summary>RDS Proxy.</summary>
    Proxy,
}
