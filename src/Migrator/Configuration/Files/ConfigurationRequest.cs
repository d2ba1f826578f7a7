namespace Migrator.Configuration.Files;

/// <summary>What to read, and everything around it that matters, so that reading depends on nothing else but files.</summary>
/// <param name="File">The file of <c>--conf</c>; null means the first of <see cref="DefaultFiles"/> that exists, and none is fine.</param>
/// <param name="Environment">The environment variables; <see cref="Bytes.ByteText"/> says how bytes that are no text are held.</param>
/// <param name="WorkingDirectory">What relative paths are relative to.</param>
internal sealed record ConfigurationRequest(string? File, IReadOnlyDictionary<string, string> Environment, string WorkingDirectory)
{
    /// <summary>The directory of <c>--prefix</c>; it wins over the environment and the file.</summary>
    public string? Prefix { get; init; }

    /// <summary>Whether a warning is an error.</summary>
    public bool Strict { get; init; }

    /// <summary>Whether <c>pg_ssl_verify</c> checks the host name too. Kong: it does not.</summary>
    public bool VerifyHost { get; init; } = true;

    /// <summary>Where a file is looked for when none is named. Kong: these two.</summary>
    public IReadOnlyList<string> DefaultFiles { get; init; } = ["/etc/kong/kong.conf", "/etc/kong.conf"];

    /// <summary>Where the system's certificates are looked for. Kong: these six.</summary>
    public IReadOnlyList<string> SystemBundles { get; init; } =
    [
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/pki/tls/cacert.pem",
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/ssl/cert.pem",
    ];
}
