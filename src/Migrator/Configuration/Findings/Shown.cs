using System.Globalization;
using System.Text;
using Migrator.Configuration.Effective;
using Migrator.Configuration.Keys;

namespace Migrator.Configuration.Findings;

/// <summary>Values in messages: short, without control characters, and never a secret nor a part of one.</summary>
internal static class Shown
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

    /// <summary>The text, shortened, with control characters written out.</summary>
    public static string Plain(string text)
    {
        var shown = new StringBuilder();
        foreach (var character in text.AsSpan(0, Math.Min(text.Length, Longest)))
        {
            _ = char.IsControl(character) || char.IsSurrogate(character)
                ? shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}")
                : shown.Append(character);
        }

        return text.Length > Longest ? $"{shown}..." : shown.ToString();
    }
}
