using System.Globalization;
using System.Text;
using System.Text.Json;
using Migrator.Configuration;
using Migrator.Configuration.Bytes;
using Migrator.Configuration.Diagnostics;
using Migrator.Configuration.Settings;
using Migrator.Native;

namespace Migrator.Output;

/// <summary>
/// Writes the configuration as JSON: every setting with the type that Kong gives it. A byte that is not text is written as <c>\udcXX</c>,
/// which Python's surrogateescape converts back to the byte. A number that JSON does not have (inf, nan) is written as a string.
/// </summary>
internal static class SettingsJson
{
    private const string Mask = "***";

    /// <summary>Writes the answer.</summary>
    /// <param name="json">The destination.</param>
    /// <param name="configuration">What to write.</param>
    /// <param name="reveal">Whether secrets are shown.</param>
    public static void Write(Utf8JsonWriter json, GatewayConfiguration configuration, bool reveal)
    {
        json.WriteStartObject();
        json.WriteStartObject("settings");
        foreach (var setting in configuration.Settings.All)
        {
            WriteSetting(json, setting, reveal);
        }

        json.WriteEndObject();
        json.WriteStartArray("warnings");
        foreach (var warning in configuration.Warnings)
        {
            WriteWarning(json, warning);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteSetting(Utf8JsonWriter writer, EffectiveSetting setting, bool reveal)
    {
        writer.WriteStartObject(setting.Definition.Name);
        writer.WritePropertyName("value");
        WriteValue(writer, setting.Definition.IsSecret && !reveal && setting.Value is not null ? new TextValue(Mask) : setting.Value);
        writer.WritePropertyName("source");
        WriteText(writer, setting.Source.ToString());
        writer.WriteEndObject();
    }

    private static void WriteWarning(Utf8JsonWriter writer, ConfigurationDiagnostic warning)
    {
        writer.WriteStartObject();
        writer.WritePropertyName("line");
        if (warning.Line is { } line)
        {
            writer.WriteNumberValue(line);
        }
        else
        {
            writer.WriteNullValue();
        }

        writer.WriteString("code", warning.Code);
        writer.WritePropertyName("message");
        WriteText(writer, warning.Message);
        writer.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter writer, SettingValue? value)
    {
        switch (value)
        {
            case TextValue { Text: var text }:
                WriteText(writer, text);
                break;
            case NumberValue { Number: var number } when double.IsFinite(number):
                writer.WriteRawValue(LuaNumber.Format(number));
                break;
            case NumberValue { Number: var number }:
                writer.WriteStringValue(LuaNumber.Format(number));
                break;
            case SwitchValue { IsOn: var isOn }:
                writer.WriteBooleanValue(isOn);
                break;
            case ListValue { Items: var items }:
                writer.WriteStartArray();
                foreach (var item in items)
                {
                    WriteText(writer, item);
                }

                writer.WriteEndArray();
                break;
            default:
                writer.WriteNullValue();
                break;
        }
    }

    private static void WriteText(Utf8JsonWriter writer, string text)
    {
        if (ByteText.IsUtf8(text))
        {
            writer.WriteStringValue(text);
            return;
        }

        var escaped = new StringBuilder("\"");
        foreach (var character in text)
        {
            _ = character is < ' ' or '"' or '\\' or >= '\x7f' ? escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}")
                : escaped.Append(character);
        }

        writer.WriteRawValue(escaped.Append('"').ToString(), skipInputValidation: true);
    }
}
