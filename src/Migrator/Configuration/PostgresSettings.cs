namespace Migrator.Configuration;

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
