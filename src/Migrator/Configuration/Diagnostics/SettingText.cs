using Migrator.Configuration.Settings;
using Migrator.Display;

namespace Migrator.Configuration.Diagnostics;

/// <summary>Values in messages: short, and never a secret nor a part of one.</summary>
internal static class SettingText
{
    private const int Longest = 80;

    /// <summary>The text of a setting in quotes; asterisks for a secret, and for what came out of a vault, which may be one.</summary>
    public static string Value(SettingDefinition definition, SettingSource source, string text) =>
        definition.IsSecret || source.Reference is not null ? "***" : $"'{Plain(text)}'";

    /// <summary>The same of a setting that is text; the word none where it is unset.</summary>
    public static string Value(EffectiveSetting setting) =>
        setting.Value is TextValue value ? Value(setting.Definition, setting.Source, value.Text) : "none";

    /// <summary>A setting's name, with its place where that is no line of the file.</summary>
    public static string Name(SettingDefinition definition, SettingSource source) =>
        source.Line is null ? $"{definition.Name} ({source.Place})" : definition.Name;

    /// <summary>A sentence about what was understood; nothing for a secret.</summary>
    public static string Understood(SettingDefinition definition, string text) => definition.IsSecret ? "" : $" It is understood as " +
        $"'{Plain(text)}'.";

    /// <summary>The text, shortened. What a terminal would obey is escaped where it leaves the program.</summary>
    public static string Plain(string text) => DisplayText.Cut(text, Longest);
}
