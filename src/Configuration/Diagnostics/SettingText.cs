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

    /// <summary>Shortens a text, without the password of a URL. Control characters are escaped later, when it is written.</summary>
    public static string Plain(string text) => DisplayText.Cut(WithoutPassword(text), MaxLength);

    /// <summary>Masks the password of a URL or a connection string, which does not belong where it stands.</summary>
    public static string WithoutPassword(string text)
    {
        var parameter = text.IndexOf("password=", StringComparison.OrdinalIgnoreCase);
        if (parameter >= 0)
        {
            var end = text.IndexOf('&', parameter);
            text = $"{text[..(parameter + 9)]}***{(end < 0 ? "" : text[end..])}";
        }

        var host = text.IndexOf("://", StringComparison.Ordinal);
        var colon = host < 0 ? -1 : text.IndexOf(':', host + 3);
        if (colon < 0)
        {
            return text;
        }

        var after = text.LastIndexOf('@');
        if (after >= 0 || !text.StartsWith("postgres", StringComparison.OrdinalIgnoreCase))
        {
            return after > colon ? $"{text[..colon]}:***{text[after..]}" : text;
        }

        // Without an @, it is a port, or the start of a password that a # has cut off.
        var path = text.AsSpan(host + 3).IndexOf('/') is >= 0 and var at ? host + 3 + at : text.Length;
        return path < colon || !text.AsSpan(colon + 1, path - colon - 1).ContainsAnyExceptInRange('0', '9') ? text : text[..colon] + ":***";
    }
}
