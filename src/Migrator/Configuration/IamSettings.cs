namespace Migrator.Configuration;

/// <summary>How to get a token for Amazon RDS, as the <c>pg_iam_auth</c> family of settings says. Reading them contacts nothing.</summary>
internal sealed record IamSettings
{
    /// <summary>The role to assume before signing; null means the credentials as they are found.</summary>
    public string? AssumeRoleArn { get; init; }

    /// <summary>The session name of the assumed role.</summary>
    public string RoleSessionName { get; init; } = "KongPostgres";

    /// <summary>The STS endpoint of this connection; null where none is set.</summary>
    public Uri? StsEndpoint { get; init; }

    /// <summary>The STS endpoint of <c>vault_aws_sts_endpoint_url</c>, for what has no more specific one; null where none is set.</summary>
    public Uri? GlobalStsEndpoint { get; init; }

    /// <summary>
    /// The RDS endpoint to sign for, HOST or HOST:PORT, where the host is an alias or a tunnel (<c>--iam-endpoint</c>); null for the host.
    /// </summary>
    public string? Endpoint { get; init; }
}
