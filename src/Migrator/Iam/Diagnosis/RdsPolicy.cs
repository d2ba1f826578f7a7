using Migrations.Dsl;
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
        $"arn:{facts.Region.Partition}:rds-db:{facts.Region.Name}:{account ?? "ACCOUNT"}:dbuser:{Id(facts)}/{facts.User}";

    /// <summary>The AWS CLI command that prints the resource id in the statement.</summary>
    public static string LookUp(IamFacts facts)
    {
        var where = $"--region {facts.Region.Name} --output text";
        var name = facts.Endpoint.Rds?.Identifier ?? "NAME";
        return facts.Endpoint.Rds?.Kind switch
        {
            RdsEndpointKind.Cluster =>
                $"aws rds describe-db-clusters --db-cluster-identifier {name} --query 'DBClusters[0].DbClusterResourceId' {where}",
            RdsEndpointKind.CustomCluster => $"aws rds describe-db-cluster-endpoints --db-cluster-endpoint-identifier {name} --query "
                + $"'DBClusterEndpoints[0].DBClusterIdentifier' {where} (then describe-db-clusters, DbClusterResourceId)",
            RdsEndpointKind.Proxy => $"aws rds describe-db-proxies --db-proxy-name {name} --query 'DBProxies[0].DBProxyArn' {where} (the "
                + "part that begins with prx-)",
            _ => $"aws rds describe-db-instances --db-instance-identifier {name} --query 'DBInstances[0].DbiResourceId' {where}",
        };
    }

    /// <summary>The AWS CLI command that enables IAM authentication.</summary>
    public static string Enable(IamFacts facts)
    {
        var name = facts.Endpoint.Rds?.Identifier ?? "NAME";
        return facts.Endpoint.Rds?.Kind switch
        {
            RdsEndpointKind.Cluster or RdsEndpointKind.CustomCluster =>
                $"aws rds modify-db-cluster --db-cluster-identifier {name} --enable-iam-database-authentication --apply-immediately "
                    + $"--region {facts.Region.Name}",
            RdsEndpointKind.Proxy => $"aws rds modify-db-proxy --db-proxy-name {name} --auth "
                + $"'[{{\"IAMAuth\":\"REQUIRED\",\"SecretArn\":\"SECRET\"}}]' --region {facts.Region.Name}",
            _ => $"aws rds modify-db-instance --db-instance-identifier {name} --enable-iam-database-authentication --apply-immediately "
                + $"--region {facts.Region.Name}",
        };
    }

    /// <summary>The AWS CLI commands that make the server write the reason of each refusal to a log, and that read the log.</summary>
    /// <remarks>RDS user guide, "Publishing IAM database authentication logs": the log export iam-db-auth-error.</remarks>
    public static string Log(IamFacts facts)
    {
        var name = facts.Endpoint.Rds?.Identifier ?? "NAME";
        var region = $"--region {facts.Region.Name}";
        var (kind, place) = facts.Endpoint.Rds?.Kind switch
        {
            RdsEndpointKind.Cluster => ("cluster", name),
            RdsEndpointKind.CustomCluster => ("cluster", "CLUSTER"),
            _ => ("instance", name),
        };
        return facts.Endpoint.Rds?.Kind == RdsEndpointKind.Proxy
            ? $"aws logs tail /aws/rds/proxy/{name} --since 10m {region}"
            : $"aws rds modify-db-{kind} --db-{kind}-identifier {place} --cloudwatch-logs-export-configuration "
                + $"EnableLogTypes=iam-db-auth-error {region}\n"
                + $"aws logs tail /aws/rds/{kind}/{place}/iam-db-auth-error --since 10m {region}";
    }

    /// <summary>The SQL statement that lets a user log in with a token.</summary>
    public static string Grant(string user) => $"GRANT rds_iam TO {Sql.Identifier(user)};";

    private static string Id(IamFacts facts) => facts.Endpoint.Rds?.Kind switch
    {
        RdsEndpointKind.Cluster or RdsEndpointKind.CustomCluster => "cluster-RESOURCE-ID",
        RdsEndpointKind.Proxy => "prx-RESOURCE-ID",
        _ => "db-RESOURCE-ID",
    };
}
