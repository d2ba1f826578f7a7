using System.Text.RegularExpressions;

namespace Migrator.Iam.Signing;

/// <summary>An Amazon RDS endpoint, parsed from its host name.</summary>
/// <remarks>
/// The forms are in the RDS user guide, "Finding the connection information", and the Aurora user guide, "Amazon Aurora connection
/// management" and "RDS Proxy endpoints". In China the region may also follow <c>rds</c>.
/// </remarks>
/// <param name="Host">The host name in the form that is signed: lower case, without a final dot.</param>
/// <param name="Region">The region in the name.</param>
/// <param name="Kind">The kind of endpoint.</param>
internal sealed partial record RdsEndpoint(string Host, string Region, RdsEndpointKind Kind)
{
    /// <summary>The first part of the name: the identifier of the instance, cluster, custom endpoint or proxy.</summary>
    public string Identifier => Host[..Host.IndexOf('.', StringComparison.Ordinal)];

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
            "proxy-" => RdsEndpointKind.Proxy,
            "cluster-custom-" => RdsEndpointKind.CustomCluster,
            "cluster-" or "cluster-ro-" or "shardgrp-" => RdsEndpointKind.Cluster,
            _ => RdsEndpointKind.Instance,
        };
        return new RdsEndpoint(name, match.Groups["region"].Value, kind);
    }

    /// <summary>A host name in the form that is signed: lower case, without a final dot.</summary>
    public static string Plain(string host) => host.TrimEnd('.').ToLowerInvariant();

    [GeneratedRegex(
        """^[a-z0-9][a-z0-9-]*(?:\.endpoint)?\.(?<kind>proxy-|cluster-custom-|cluster-ro-|cluster-|shardgrp-)?[a-z0-9]+\."""
            + """(?:(?<region>[a-z]{2,5}(?:-[a-z]+)+-\d+)\.rds|rds\.(?<region>[a-z]{2,5}(?:-[a-z]+)+-\d+))\."""
            + """(?:amazonaws\.com|amazonaws\.com\.cn|amazonaws\.eu|c2s\.ic\.gov|sc2s\.sgov\.gov)$""",
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

    /// <summary>A custom endpoint of an Aurora cluster.</summary>
    CustomCluster,

    /// <summary>An endpoint of RDS Proxy.</summary>
    Proxy,
}
