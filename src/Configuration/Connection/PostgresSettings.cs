namespace Migrator.Configuration.Connection;

/// <summary>The settings of a connection to the gateway's database, from kong.conf and the environment.</summary>
internal sealed record PostgresSettings
{
    /// <summary>A host name, an IP address (IPv6 without brackets), or <c>unix:/path/.s.PGSQL.5432</c>.</summary>
    public required string Host { get; init; }

    /// <summary>The TCP port.</summary>
    public required int Port { get; init; }

    /// <summary>The database user.</summary>
    public required string User { get; init; }

    /// <summary>The password; null if none is set.</summary>
    public Secret? Password { get; init; }

    /// <summary>The database.</summary>
    public required string Database { get; init; }

    /// <summary>The gateway's schema; null means the server's <c>current_schema()</c>, or <c>public</c> if that is null.</summary>
    public string? Schema { get; init; }

    /// <summary>The time limit for connecting. Statements have no limit on the client.</summary>
    public required TimeSpan ConnectTimeout { get; init; }

    /// <summary>Whether and how the connection is encrypted.</summary>
    public required TlsSettings Tls { get; init; }

    /// <summary>
    /// How to get a token to use as the password; null if <see cref="Password"/> is used. With a token, <see cref="Password"/> is null and
    /// TLS is on.
    /// </summary>
    public IamSettings? Iam { get; init; }

    /// <summary>Whether this is the read-only connection (<c>pg_ro_*</c>).</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>The error for a host name that cannot be resolved now.</summary>
    public MigratorException Unresolved(string reason, Exception? inner = null) => new(
        $"The host name '{Host}' cannot be resolved ({reason}).",
        "The name is misspelt, or this machine's DNS does not have it.",
        "Check pg_host (KONG_PG_HOST), and look the name up from here: getent hosts " + Host,
        inner)
    { IsTransient = true };
}

/// <summary>How to get a token for Amazon RDS, from the settings named <c>pg_iam_auth*</c>. Reading them opens no connection.</summary>
internal sealed record IamSettings
{
    /// <summary>The role to assume before signing; null means to sign with the credentials found.</summary>
    public string? AssumeRoleArn { get; init; }

    /// <summary>The session name of the assumed role.</summary>
    public string RoleSessionName { get; init; } = "KongPostgres";

    /// <summary>The STS endpoint of this connection; null if none is set.</summary>
    public Uri? StsEndpoint { get; init; }

    /// <summary>
    /// The STS endpoint of <c>vault_aws_sts_endpoint_url</c>, used if there is no more specific one; null if it is not set.
    /// </summary>
    public Uri? GlobalStsEndpoint { get; init; }

    /// <summary>
    /// The RDS endpoint to sign for (<c>--iam-endpoint</c>); null means the host. It is needed if the host is an alias or a tunnel.
    /// </summary>
    public EndpointName? Endpoint { get; init; }
}
