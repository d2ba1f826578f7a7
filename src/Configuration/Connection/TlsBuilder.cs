using System.Security.Authentication;
using Migrator.Configuration.Diagnostics;
using Migrator.Configuration.Effective;
using Migrator.Configuration.Files;
using Migrator.Configuration.Settings;

namespace Migrator.Configuration.Connection;

/// <summary>
/// Builds the TLS settings of a connection. With TLS on, the connection is encrypted or fails. Kong: if the server has no TLS, the
/// connection continues in plain text, and so does the password.
/// </summary>
/// <param name="settings">The settings.</param>
/// <param name="request">The working directory, and whether host names are checked.</param>
/// <param name="key">Returns the name of a setting for this connection.</param>
/// <param name="errors">Receives the reasons why no connection can be made.</param>
internal sealed class TlsBuilder(
    EffectiveSettings settings, ConfigurationRequest request, Func<string, string> key, ConfigurationErrors errors)
{
    /// <summary>Builds the TLS settings.</summary>
    /// <param name="isIam">
    /// Whether a token is the password. If so, TLS is on, and the server's certificate is verified unless that is turned off.
    /// </param>
    public TlsSettings Build(bool isIam)
    {
        if (!TlsRules.IsOn(settings, key, isIam))
        {
            return TlsSettings.Off;
        }

        var certificate = ClientFile("ssl_cert");
        var clientKey = settings.Has("pg_ssl_cert") ? ClientFile("ssl_cert_key") ?? Missing() : null;
        var verify = TlsRules.Verifies(settings, key, isIam);
        return new()
        {
            Enabled = true,
            Verify = verify,
            VerifyHost = request.VerifyHost,
            Trusted = verify ? TrustedStore.Load(settings, errors) : [],
            TrustedSource = $"{TrustedCertificates.Name} ({settings[TrustedCertificates.Name].Source})",
            VerifyDepth = Depth(verify),
            Protocols = Protocols(),
            ClientCertificateFile = certificate?.Path,
            ClientCertificate = certificate?.Text,
            ClientKeyFile = clientKey?.Path,
            ClientKey = clientKey is { } file ? new Secret(file.Text) : null,
        };
    }

    private int Depth(bool verify)
    {
        var depth = settings.Number("lua_ssl_verify_depth");
        if (depth is >= 0 and <= 100)
        {
            return (int)depth;
        }

        if (verify)
        {
            var what = depth is null ? "unset" : string.Create(CultureInfo.InvariantCulture, $"{depth}");
            errors.Add("lua_ssl_verify_depth",
                $"is {what}: the gateway does not start with it. Write the number of intermediate certificates, for example 1.");
        }

        return 1;
    }

    // Kong: a version means exactly that version. If none is set, 1.3 is as acceptable as the documented default 1.2: RDS supports it. From
    // 3.14 on, the default is taken at its word.
    private SslProtocols Protocols()
    {
        var name = key("ssl_version");
        return (settings.Has(name) || NewerDefaults.VerifyTls(request.GatewayVersion) ? settings.Text(name) : "any") switch
        {
            "any" => SslProtocols.None,
            "tlsv1_2" => SslProtocols.Tls12,
            "tlsv1_3" => SslProtocols.Tls13,
            "tlsv1_1" => Refuse(name, "is tlsv1_1, which migrator does not speak. Write tlsv1_2, tlsv1_3 or any."),
            _ => Refuse(name, "must be tlsv1_1, tlsv1_2, tlsv1_3 or any."),
        };
    }

    private SslProtocols Refuse(string name, string what)
    {
        errors.Add(name, what);
        return SslProtocols.None;
    }

    private (string Path, string Text)? ClientFile(string suffix)
    {
        var name = $"pg_{suffix}";
        if (!settings.Has(name))
        {
            return null;
        }

        var path = settings.Text(name)!;
        var full = path.Contains('\0', StringComparison.Ordinal) ? "" : Path.GetFullPath(path, request.WorkingDirectory);
        try
        {
            if (File.Exists(full))
            {
                return (full, PemFile.Read(full));
            }

            errors.Add(name, $"names no file: there is none at {SettingText.Plain(full)}. Correct the path.");
        }
        catch (MigratorException exception)
        {
            errors.Add(name,
                $"names {SettingText.Plain(full)}, which cannot be read: {exception.Message}. Name a file in PEM that the user of migrator "
                    + "can read.");
        }

        return (full, "");
    }

    private (string Path, string Text)? Missing()
    {
        errors.Add("pg_ssl_cert", "is set, and pg_ssl_cert_key is not. Give the key that belongs to the certificate.");
        return null;
    }
}
