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
/// TLS; a connection that verifies no certificate is made all the same.
/// </summary>
/// <param name="request">Gives the working directory and the paths of bundles.</param>
/// <param name="diagnostics">Receives the errors and warnings.</param>
internal sealed class TrustedCertificates(ConfigurationRequest request, DiagnosticList diagnostics)
{
    private readonly List<(int? Line, string Item)> unusable = [];

    /// <summary>The setting's name.</summary>
    public const string Name = "lua_ssl_trusted_certificate";

    /// <summary>Returns the list with absolute paths, and with base64 decoded; an item that cannot be used is empty.</summary>
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
        unusable.Add((source.Line, $"{Name}{place}: {shown}"));
        return "";
    }

    /// <summary>Reports the items that cannot be used.</summary>
    /// <param name="isNeeded">Whether they are an error.</param>
    public void Report(bool isNeeded)
    {
        foreach (var (line, item) in unusable)
        {
            if (isNeeded)
            {
                diagnostics.Refuse(line,
                    $"{item} is neither a file here nor a certificate in PEM or base64. Correct the path, or write `system` for the "
                        + "certificates of this machine.");
            }
            else
            {
                diagnostics.Warn(line, DiagnosticCode.NoEffect,
                    $"{item} is neither a file here nor a certificate in PEM or base64. migrator verifies no certificate and does not need "
                        + "it; the gateway does not start without it. Correct the path, or remove the setting.");
            }
        }
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
