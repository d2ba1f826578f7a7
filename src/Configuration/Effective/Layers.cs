using Migrator.Configuration.Bytes;
using Migrator.Configuration.Diagnostics;
using Migrator.Configuration.Files;
using Migrator.Configuration.Settings;

namespace Migrator.Configuration.Effective;

/// <summary>
/// Finds the value of a setting by precedence: the option, the environment, the file, the default. Kong: a layer with an empty value wins
/// too, and unsets the setting.
/// </summary>
/// <param name="request">The options and the environment.</param>
/// <param name="file">The file's settings.</param>
/// <param name="variableFiles">The variables whose values are from files that another variable names.</param>
/// <param name="diagnostics">Receives the errors and warnings.</param>
internal sealed class Layers(
    ConfigurationRequest request, FileLayer file, IReadOnlySet<string> variableFiles, DiagnosticList diagnostics)
{
    /// <summary>Finds a setting in the layer that wins.</summary>
    public RawSetting Find(SettingDefinition definition)
    {
        var written = file.Find(definition.Name);
        if (definition.Name == "prefix" && request.Prefix is { } prefix)
        {
            return new(definition, Ascii.Trim(prefix), SettingSource.Option("--prefix"), written);
        }

        if (request.Environment.TryGetValue(definition.Variable, out var variable))
        {
            // Kong: the value of a variable is trimmed and otherwise unchanged: no comments, no numbers.
            var name = variableFiles.Contains(definition.Variable) ? VariableFiles.NameOf(definition.Variable) : definition.Variable;
            return new(definition, Ascii.Trim(variable), SettingSource.Environment(name), written);
        }

        if (written is not null)
        {
            return new(definition, written.Value.Text, SettingSource.File(diagnostics.File, written.Line), null);
        }

        var (text, source) = NewerDefaults.Of(definition, request.GatewayVersion);
        return new(definition, text, source, null);
    }

    /// <summary>Finds a setting and warns about its value.</summary>
    public RawSetting Take(SettingDefinition definition)
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
/// <param name="Definition">The definition of the setting.</param>
/// <param name="Text">Its text, trimmed, before vaults and types; null if there is no default either.</param>
/// <param name="Source">The layer.</param>
/// <param name="Overridden">The setting in the file, if it is overridden; null otherwise.</param>
internal sealed record RawSetting(SettingDefinition Definition, string? Text, SettingSource Source, FileSetting? Overridden);
