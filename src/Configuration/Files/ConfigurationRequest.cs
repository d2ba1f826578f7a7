namespace Migrator.Configuration.Files;

/// <summary>A request to read a configuration. Reading depends only on its values and on files.</summary>
/// <param name="File">The file of <c>--conf</c>; null means the first of <see cref="DefaultFiles"/> that exists, or no file.</param>
/// <param name="Environment">
/// The environment variables. <see cref="Bytes.ByteText"/> describes how bytes that are not text are encoded.
/// </param>
/// <param name="WorkingDirectory">The directory that relative paths start at.</param>
internal sealed record ConfigurationRequest(string? File, IReadOnlyDictionary<string, string> Environment, string WorkingDirectory)
{
    /// <summary>The file name that means standard input.</summary>
    public const string StandardInput = "-";

    /// <summary>The directory of <c>--prefix</c>; it overrides the environment and the file.</summary>
    public string? Prefix { get; init; }

    /// <summary>The gateway version whose defaults count; null means those of every version up to 3.13.</summary>
    public Version? GatewayVersion { get; init; }

    /// <summary>Whether a warning is an error.</summary>
    public bool Strict { get; init; }

    /// <summary>Whether <c>pg_ssl_verify</c> checks the host name too. Kong: it does not.</summary>
    public bool VerifyHost { get; init; } = true;

    /// <summary>The default places of the file. Kong: these two.</summary>
    public IReadOnlyList<string> DefaultFiles { get; init; } = ["/etc/kong/kong.conf", "/etc/kong.conf"];

    /// <summary>The places of the system's certificates.</summary>
    public IReadOnlyList<string> SystemBundles { get; init; } = UsualBundles;

    /// <summary>The places where distributions have the file of all trusted certificates. Kong: these six.</summary>
    public static IReadOnlyList<string> UsualBundles { get; } =
    [
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/pki/tls/cacert.pem",
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/ssl/cert.pem",
    ];
}
