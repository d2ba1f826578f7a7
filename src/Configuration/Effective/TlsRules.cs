using Migrator.Configuration.Settings;

namespace Migrator.Configuration.Effective;

/// <summary>
/// When a connection uses TLS. With a token as the password it always does, and verifies the server unless that is turned off.
/// </summary>
internal static class TlsRules
{
    /// <summary>Whether a connection uses TLS.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="key">Returns the name of a setting for this connection: <c>ssl</c> is <c>pg_ssl</c> or <c>pg_ro_ssl</c>.</param>
    /// <param name="isIam">Whether a token is the password.</param>
    public static bool IsOn(EffectiveSettings settings, Func<string, string> key, bool isIam) =>
        isIam || settings.IsOn(key("ssl")) || settings.IsOn(key("ssl_required"));

    /// <summary>Whether the server's certificate is verified.</summary>
    /// <inheritdoc cref="IsOn" />
    public static bool Verifies(EffectiveSettings settings, Func<string, string> key, bool isIam) =>
        IsOn(settings, key, isIam) && (settings.IsOn(key("ssl_verify")) || (isIam && !settings.Has(key("ssl_verify"))));

    /// <summary>Whether the certificate of a server that migrator may connect to is verified.</summary>
    public static bool AnyVerifies(EffectiveSettings settings) =>
        Verifies(settings, key => Key(settings, key, readOnly: false), IamChecks.IsOn(settings, readOnly: false))
        || (settings.Has("pg_ro_host")
            && Verifies(settings, key => Key(settings, key, readOnly: true), IamChecks.IsOn(settings, readOnly: true)));

    /// <summary>Returns the setting that counts for a connection: the read-only one takes what it does not have from the other.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="suffix">The name without <c>pg_</c> or <c>pg_ro_</c>.</param>
    /// <param name="readOnly">Whether the connection is the read-only one.</param>
    public static string Key(EffectiveSettings settings, string suffix, bool readOnly) =>
        readOnly && settings.Has($"pg_ro_{suffix}") ? $"pg_ro_{suffix}" : $"pg_{suffix}";
}
