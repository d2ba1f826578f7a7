namespace Migrator.Configuration.Connection;

/// <summary>
/// How to reach the gateway's database, as kong.conf and the environment say: what everything behind the reader works with.
/// </summary>
internal sealed record PostgresSettings
{
    /// <summary>A host name, an address (IPv6 without brackets), or <c>unix:/path/.s.PGSQL.5432</c>.</summary>
    public required string Host { get; init; }

    /// <summary>The TCP port.</summary>
    public required int Port { get; init; }

    /// <summary>The database user.</summary>
    public required string User { get; init; }

    /// <summary>The password; null where none is set.</summary>
    public Secret? Password { get; init; }

    /// <summary>The database.</summary>
    public required string Database { get; init; }

    /// <summary>The gateway's schema; null means the server's <c>current_schema()</c>, and <c>public</c> where that is null.</summary>
    public string? Schema { get; init; }

    /// <summary>How long connecting may take. Statements have no limit on the client.</summary>
    public required TimeSpan ConnectTimeout { get; init; }

    /// <summary>Whether and how the connection is encrypted.</summary>
    public required TlsSettings Tls { get; init; }

    /// <summary>
    /// How to get a token that serves as the password; null where <see cref="Password"/> does. With it, <see cref="Password"/> is null and
    /// TLS is on.
    /// </summary>
    public IamSettings? Iam { get; init; }

    /// <summary>Whether this is the read-only connection (<c>pg_ro_*</c>).</summary>
    public bool IsReadOnly { get; init; }
}

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
