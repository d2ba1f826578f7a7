namespace Migrator.Configuration.Settings;

/// <summary>
/// The defaults that newer gateways have changed, of the settings that the connection depends on. Source: the public reference of Kong
/// Gateway 3.14, where <c>pg_ssl_verify</c> is on, and <c>pg_ssl_version</c> means version 1.2 even if it is not given.
/// </summary>
internal static class NewerDefaults
{
    private static readonly Version TlsVerified = new(3, 14);

    /// <summary>Whether the TLS defaults of 3.14 count.</summary>
    public static bool VerifyTls(Version? gateway) => gateway >= TlsVerified;

    /// <summary>Returns the default of a setting for a gateway version, and its source.</summary>
    public static (string? Text, SettingSource Source) Of(SettingDefinition definition, Version? gateway) => definition.Name switch
    {
        "pg_ssl_verify" when VerifyTls(gateway) => ("on", SettingSource.DefaultSince(TlsVerified)),
        "pg_ssl_version" when VerifyTls(gateway) => (definition.Default, SettingSource.DefaultSince(TlsVerified)),
        _ => (definition.Default, SettingSource.Default),
    };
}
