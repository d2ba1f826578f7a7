using Migrator.Configuration.Diagnostics;
using Migrator.Configuration.Files;
using Migrator.Configuration.Settings;
using Migrator.Configuration.Vaults;

namespace Migrator.Configuration.Effective;

/// <summary>Reads a file and an environment into effective settings, in Kong's order: file, layers, vaults, types, checks.</summary>
internal static class ConfigurationReader
{
    /// <summary>Reads the settings. Errors are added to <paramref name="diagnostics"/>, so that all of them are reported at once.</summary>
    /// <param name="request">What to read.</param>
    /// <param name="file">The bytes of the file; null if there is none.</param>
    /// <param name="connects">Whether the settings are for a connection, which may not need all that the gateway needs.</param>
    /// <param name="diagnostics">Receives the errors and warnings.</param>
    public static EffectiveSettings Read(
        ConfigurationRequest request, ReadOnlyMemory<byte>? file, bool connects, DiagnosticList diagnostics)
    {
        var layer = file is { } bytes ? FileReader.Read(bytes, diagnostics) : FileLayer.Empty;
        EnvironmentDiagnostics.Report(request.Environment, layer, diagnostics);

        request = VariableFiles.Expand(request, diagnostics, out var files);
        var layers = new Layers(request, layer, files, diagnostics);
        var reader = new SettingReader(Vaults(request, layers), diagnostics);
        var trusted = new TrustedCertificates(request, diagnostics);
        var settings = new EffectiveSettings(
            [.. SettingCatalogue.All.Select(definition => Finish(request, reader.Read(layers.Take(definition)), trusted))]);
        trusted.Report(isNeeded: !connects || TlsRules.AnyVerifies(settings));
        SettingRules.Report(settings, diagnostics);
        IamChecks.Report(settings, diagnostics);
        return settings;
    }

    // Kong: the settings of vaults are read before any reference is resolved, so they cannot be references themselves.
    private static VaultResolver Vaults(ConfigurationRequest request, Layers layers)
    {
        var names = SettingReader.Split(layers.Find(SettingCatalogue.Find("vaults")!).Text);
        var prefix = layers.Find(SettingCatalogue.Find("vault_env_prefix")!).Text;
        return new(names, new EnvironmentVault(request.Environment, prefix));
    }

    private static EffectiveSetting Finish(ConfigurationRequest request, EffectiveSetting setting, TrustedCertificates trusted) =>
        (setting.Definition.Name, setting.Value) switch
        {
            (TrustedCertificates.Name, _) => trusted.Read(setting),
            ("prefix", TextValue { Text: var text }) when !text.Contains('\0', StringComparison.Ordinal) =>
                setting with { Value = new TextValue(Path.TrimEndingDirectorySeparator(Path.GetFullPath(text, request.WorkingDirectory))) },
            _ => setting,
        };
}
