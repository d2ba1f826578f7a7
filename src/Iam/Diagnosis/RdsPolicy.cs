using Migrator.Iam.Signing;

namespace Migrator.Iam.Diagnosis;

/// <summary>The permissions that a login needs (RDS user guide, "Creating and using an IAM policy for IAM database access").</summary>
internal static class RdsPolicy
{
    /// <summary>
    /// The policy statement for a database and user. The resource id has to be looked up: see <see cref="LookUp"/>.
    /// </summary>
    public static string Statement(IamFacts facts, string? account) =>
        $$"""{"Effect":"Allow","Action":"rds-db:connect","Resource":"{{Arn(facts, account)}}"}""";

    private static string Arn(IamFacts facts, string? account) =>
        $"arn:{facts.Region.Partition.Name}:rds-db:{facts.Region.Name}:{account ?? "ACCOUNT"}:dbuser:{Id(facts)}/{facts.User}";

    /// <summary>The AWS CLI command that prints the resource id in the statement.</summary>
    public static string LookUp(IamFacts facts)
    {
        var where = $"--region {facts.Region.Name} --output text";
        var name = facts.Endpoint.Server?.Identifier ?? "NAME";
        return facts.Endpoint.Server switch
        {
            { Kind: RdsEndpointKind.Cluster } =>
                $"aws rds describe-db-clusters --db-cluster-identifier {name} --query 'DBClusters[0].DbClusterResourceId' {where}",
            { Kind: RdsEndpointKind.CustomCluster } => $"aws rds describe-db-cluster-endpoints --db-cluster-endpoint-identifier {name} "
                + $"--query 'DBClusterEndpoints[0].DBClusterIdentifier' {where} (then describe-db-clusters, DbClusterResourceId)",
            { Kind: RdsEndpointKind.GlobalCluster } => $"aws rds describe-global-clusters --global-cluster-identifier {name} --query "
                + $"'GlobalClusters[0].GlobalClusterMembers[?IsWriter].DBClusterArn' {where} (then describe-db-clusters, "
                + "DbClusterResourceId)",
            { IsFurtherProxyEndpoint: true } => $"aws rds describe-db-proxy-endpoints --db-proxy-endpoint-name {name} --query "
                + $"'DBProxyEndpoints[0].DBProxyName' {where} (then describe-db-proxies, the part of DBProxyArn that begins with prx-)",
            { Kind: RdsEndpointKind.Proxy } => $"aws rds describe-db-proxies --db-proxy-name {name} --query 'DBProxies[0].DBProxyArn' "
                + $"{where} (the part that begins with prx-)",
            _ => $"aws rds describe-db-instances --db-instance-identifier {name} --query 'DBInstances[0].DbiResourceId' {where}",
        };
    }

    /// <summary>The AWS CLI commands that print the endpoints of that kind in the region.</summary>
    public static string Endpoints(IamFacts facts)
    {
        var where = $"--region {facts.Region.Name} --output text";
        return facts.Endpoint.Rds switch
        {
            { Kind: RdsEndpointKind.Cluster } =>
                $"aws rds describe-db-clusters --query 'DBClusters[].[Endpoint,ReaderEndpoint,Port]' {where}",
            { Kind: RdsEndpointKind.CustomCluster } =>
                $"aws rds describe-db-cluster-endpoints --query 'DBClusterEndpoints[].Endpoint' {where}",
            { Kind: RdsEndpointKind.GlobalCluster } => $"aws rds describe-global-clusters --query 'GlobalClusters[].Endpoint' {where}",
            { IsFurtherProxyEndpoint: true } => $"aws rds describe-db-proxy-endpoints --query 'DBProxyEndpoints[].Endpoint' {where}",
            { Kind: RdsEndpointKind.Proxy } => $"aws rds describe-db-proxies --query 'DBProxies[].Endpoint' {where}",
            { } => $"aws rds describe-db-instances --query 'DBInstances[].Endpoint.[Address,Port]' {where}",
            _ => $"aws rds describe-db-instances --query 'DBInstances[].Endpoint.[Address,Port]' {where} (an Aurora cluster: aws rds "
                + $"describe-db-clusters --query 'DBClusters[].[Endpoint,ReaderEndpoint,Port]' {where})",
        };
    }

    /// <summary>The AWS CLI command that enables IAM authentication.</summary>
    public static string Enable(IamFacts facts) => Resource(facts) is not ("proxy", _) and var (kind, name)
        ? $"aws rds modify-db-{kind} --db-{kind}-identifier {name} --enable-iam-database-authentication --apply-immediately --region "
            + facts.Region.Name
        : EnableOfProxy(facts);

    /// <summary>The AWS CLI commands that enable IAM authentication at RDS Proxy, in each of the two ways.</summary>
    /// <remarks>
    /// RDS user guide, "Configuring IAM authentication for RDS Proxy": with a secret the proxy logs in to the database with the secret's
    /// password; end to end it logs in with a token of its own.
    /// </remarks>
    public static string EnableOfProxy(IamFacts facts)
    {
        var modify = $"aws rds modify-db-proxy --db-proxy-name {(Resource(facts) is ("proxy", var name) ? name : "PROXY")} --region "
            + facts.Region.Name;
        return $$"""{{modify}} --auth '[{"AuthScheme":"SECRETS","IAMAuth":"REQUIRED","SecretArn":"SECRET"}]'"""
            + " (the list replaces the present one: name the secret of every user)\n"
            + $"Or end to end, without secrets: {modify} --default-auth-scheme IAM_AUTH";
    }

    /// <summary>The AWS CLI commands that make the server write the reason of each refusal to a log, and that read the log.</summary>
    /// <remarks>RDS user guide, "Publishing IAM database authentication logs": the log export iam-db-auth-error.</remarks>
    public static string Log(IamFacts facts)
    {
        var (kind, name) = Resource(facts);
        var region = $"--region {facts.Region.Name}";
        return kind == "proxy"
            ? $"aws logs tail /aws/rds/proxy/{name} --since 10m {region}"
            : $"aws rds modify-db-{kind} --db-{kind}-identifier {name} --cloudwatch-logs-export-configuration "
                + $"EnableLogTypes=iam-db-auth-error {region}\n"
                + $"aws logs tail /aws/rds/{kind}/{name}/iam-db-auth-error --since 10m {region}";
    }

    // Custom endpoints of a cluster, global databases and further endpoints of a proxy do not have the identifier in their names.
    private static (string Kind, string Name) Resource(IamFacts facts) => facts.Endpoint.Server switch
    {
        { Kind: RdsEndpointKind.Cluster } cluster => ("cluster", cluster.Identifier),
        { Kind: RdsEndpointKind.CustomCluster or RdsEndpointKind.GlobalCluster } => ("cluster", "CLUSTER"),
        { IsFurtherProxyEndpoint: true } => ("proxy", "PROXY"),
        { Kind: RdsEndpointKind.Proxy } proxy => ("proxy", proxy.Identifier),
        var instance => ("instance", instance?.Identifier ?? "NAME"),
    };

    /// <summary>The SQL statement that lets a user log in with a token.</summary>
    public static string Grant(string user) => $"GRANT rds_iam TO {Sql.Identifier(user)};";

    private static string Id(IamFacts facts) => Resource(facts).Kind switch
    {
        "cluster" => "cluster-RESOURCE-ID",
        "proxy" => "prx-RESOURCE-ID",
        _ => "db-RESOURCE-ID",
    };
}
