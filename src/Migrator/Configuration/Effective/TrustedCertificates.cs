using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Migrator.Configuration.Bytes;
using Migrator.Configuration.Diagnostics;
using Migrator.Configuration.Files;
using Migrator.Configuration.Settings;

namespace Migrator.Configuration.Effective;

/// <summary>
/// Reads the list <c>lua_ssl_trusted_certificate</c>. Kong: <c>system</c> is the first existing bundle, or nothing if none exists. Text
/// that names an existing file is a path; other text is a certificate, encoded in base64 or not. Anything else is an error, even without
/// TLS.
/// </summary>
/// <param name="request">Gives the working directory and the paths of bundles.</param>
/// <param name="diagnostics">Receives the errors and warnings.</param>
internal sealed class TrustedCertificates(ConfigurationRequest request, DiagnosticList diagnostics)
{
    /// <summary>The setting's name.</summary>
    public const string Name = "lua_ssl_trusted_certificate";

    /// <summary>Returns the list with absolute paths, and with base64 decoded; an item that is refused is empty.</summary>
    public EffectiveSetting Read(EffectiveSetting setting)
    {
        var items = (setting.Value as ListValue)?.Items ?? [];
        return setting with { Value = new ListValue([.. items.Select(item => ReadItem(item, setting.Source)).OfType<string>()]) };
    }

    private string? ReadItem(string item, SettingSource source)
    {
        if (item == "system")
        {
            return request.SystemBundles.FirstOrDefault(File.Exists);
        }

        if (item.Length > 0 && !item.Contains('\0', StringComparison.Ordinal)
            && Path.Exists(Path.GetFullPath(item, request.WorkingDirectory)))
        {
            return Path.GetFullPath(item, request.WorkingDirectory);
        }

        var bytes = Base64Text.Decode(item) ?? ByteText.Encode(item);
        if (IsCertificate(bytes))
        {
            return ByteText.Decode(bytes);
        }

        var shown = source.Reference is null ? $"'{SettingText.Plain(item)}'" : "an item from a vault";
        var place = source.Line is null ? $" ({source.Place})" : "";
        diagnostics.Refuse(source.Line,
            $"{Name}{place}: {shown} is neither a file here nor a certificate in PEM or base64. Correct the path, or write `system` for "
                + "the certificates of this machine.");
        return "";
    }

    private static bool IsCertificate(byte[] bytes)
    {
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificate(bytes);
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
