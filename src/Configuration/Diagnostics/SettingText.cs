using Migrator.Configuration.Settings;
using Migrator.Display;

namespace Migrator.Configuration.Diagnostics;

/// <summary>Formats values for messages: short, and without any part of a secret.</summary>
internal static class SettingText
{
    private const int MaxLength = 80;

    /// <summary>
    /// Returns the text of a setting in quotes. A secret is shown as asterisks; so is a value from a vault, which may be one.
    /// </summary>
    public static string Value(SettingDefinition definition, SettingSource source, string text) =>
        definition.IsSecret || source.Reference is not null ? "***" : $"'{Plain(text)}'";

    /// <summary>Returns the same for a text setting; <c>none</c> if it is unset.</summary>
    public static string Value(EffectiveSetting setting) =>
        setting.Value is TextValue value ? Value(setting.Definition, setting.Source, value.Text) : "none";

    /// <summary>Returns a setting's name, with its source if that is not a line of the file.</summary>
    public static string Name(SettingDefinition definition, SettingSource source) =>
        source.Line is null ? $"{definition.Name} ({source.Place})" : definition.Name;

    /// <summary>Returns a sentence about how a value was understood; an empty string for a secret.</summary>
    public static string Understood(SettingDefinition definition, string text) => definition.IsSecret ? "" : $" It is understood as " +
        $"'{Plain(text)}'.";

    /// <summary>Shortens a text. Control characters are escaped later, when it is written.</summary>
    public static string Plain(string text) => DisplayText.Cut(text, MaxLength);
}
