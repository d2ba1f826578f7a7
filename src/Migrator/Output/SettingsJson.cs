using System.Text;
using Migrator.Configuration;
using Migrator.Configuration.Bytes;
using Migrator.Configuration.Diagnostics;
using Migrator.Configuration.Settings;
using Migrator.Native;

namespace Migrator.Output;

/// <summary>
/// The configuration as JSON: every setting with the type that Kong gives it. A byte that is not text is written as <c>\udcXX</c>,
/// which Python's surrogateescape converts back to the byte. A number that JSON does not have (inf, nan) is written as a string.
/// </summary>
internal static class SettingsJson
{
    private const string Mask = "***";

    /// <summary>The members of the answer.</summary>
    /// <param name="configuration">What to write.</param>
    /// <param name="reveal">Whether secrets are shown.</param>
    public static JsonMembers Of(GatewayConfiguration configuration, bool reveal) =>
    [
        ("settings", JsonMembers.Of([.. configuration.Settings.All.Select(s => (s.Definition.Name, (object?)Of(s, reveal)))])),
        ("warnings", configuration.Warnings.Select(w => JsonMembers.Of(
            ("line", w.Line), ("code", w.Code), ("message", Text(w.Message))))),
    ];

    private static JsonMembers Of(EffectiveSetting setting, bool reveal) =>
    [
        ("value", setting.Definition.IsSecret && !reveal && setting.Value is not null ? Mask
            : setting.Value is TextValue text && !reveal ? Text(SettingText.WithoutPassword(text.Text)) : Of(setting.Value)),
        ("source", Text(setting.Source.ToString())),
    ];

    private static object? Of(SettingValue? value) => value switch
    {
        TextValue { Text: var text } => Text(text),
        NumberValue { Number: var number } when double.IsFinite(number) => new RawJson(LuaNumber.Format(number)),
        NumberValue { Number: var number } => LuaNumber.Format(number),
        SwitchValue { IsOn: var isOn } => isOn,
        ListValue { Items: var items } => items.Select(Text),
        _ => null,
    };

    private static object Text(string text)
    {
        if (ByteText.IsUtf8(text))
        {
            return text;
        }

        var escaped = new StringBuilder("\"");
        foreach (var character in text)
        {
            _ = character is < ' ' or '"' or '\\' or >= '\x7f' ? escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}")
                : escaped.Append(character);
        }

        return new RawJson(escaped.Append('"').ToString());
    }
}
