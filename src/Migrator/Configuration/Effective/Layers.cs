using Migrator.Configuration.Bytes;
using Migrator.Configuration.Diagnostics;
using Migrator.Configuration.Files;
using Migrator.Configuration.Settings;

namespace Migrator.Configuration.Effective;

/// <summary>
/// Precedence: the option, then the environment, then the file, then the default. Kong: a layer that gives an empty value wins too, and
/// unsets the setting.
/// </summary>
/// <param name="request">The options and the environment.</param>
/// <param name="file">The file's settings.</param>
/// <param name="diagnostics">Where complaints go.</param>
internal sealed class Layers(ConfigurationRequest request, FileLayer file, DiagnosticList diagnostics)
{
    /// <summary>The setting, by the layer that wins.</summary>
    public GivenSetting Find(SettingDefinition definition)
    {
        var written = file.Find(definition.Name);
        if (definition.Name == "prefix" && request.Prefix is { } prefix)
        {
            return new(definition, Ascii.Trim(prefix), SettingSource.Option("--prefix"), written);
        }

        if (request.Environment.TryGetValue(definition.Variable, out var variable))
        {
            // Kong: the environment is trimmed, and otherwise taken as it is: no comments, no numbers.
            return new(definition, Ascii.Trim(variable), SettingSource.Environment(definition.Variable), written);
        }

        return written is null
            ? new(definition, definition.Default, SettingSource.Default, null)
            : new(definition, written.Value.Text, SettingSource.File(diagnostics.File, written.Line), null);
    }

    /// <summary>The setting, with complaints about it.</summary>
    public GivenSetting Take(SettingDefinition definition)
    {
        var given = Find(definition);
        if (definition.ConcernsDatabase && given.Source.IsGiven)
        {
            var written = given.Source.Line is null ? null : file.Find(definition.Name);
            ValueDiagnostics.Report(given, written?.Value, diagnostics);
        }

        return given;
    }
}

/// <summary>A setting as the layer that wins gives it.</summary>
/// <param name="Definition">Which one.</param>
/// <param name="Text">Its text, trimmed, before vaults and types; null where there is not even a default.</param>
/// <param name="Source">The layer.</param>
/// <param name="Overridden">What the file says, where it is overridden; null otherwise.</param>
internal sealed record GivenSetting(SettingDefinition Definition, string? Text, SettingSource Source, FileSetting? Overridden);
