using System.Text;
using Migrator.Configuration.Bytes;
using Migrator.Configuration.Effective;
using Migrator.Configuration.Lua;
using Migrator.Configuration.Settings;
using Migrator.Configuration.Vaults;
using Migrator.Display;

namespace Migrator.Output;

/// <summary>
/// The configuration as a kong.conf: what is printed can be read again, and means the same. The comment behind each value is its source; it
/// also keeps Kong from taking a value for a number or a trailing backslash for a continuation. A value that cannot be shown as it is, with
/// a control character in it for example, has no form in kong.conf: it becomes a comment, with <c>\uXXXX</c> in it. <c>--json</c> has it.
/// </summary>
internal static class SettingsText
{
    private const int SourceColumn = 48;

    /// <summary>The text. Settings that nobody gives are shown where they matter to the read-write connection.</summary>
    /// <param name="settings">What to print.</param>
    /// <param name="reveal">Whether secrets are shown.</param>
    public static string Print(EffectiveSettings settings, bool reveal)
    {
        var text = new StringBuilder();
        foreach (var setting in settings.All.Where(IsWorthALine))
        {
            text.Append(Line(setting, reveal)).Append('\n');
        }

        return text.ToString();
    }

    private static string Line(EffectiveSetting setting, bool reveal)
    {
        var name = setting.Definition.Name;
        var source = Shield(setting.Source.ToString());
        var value = setting.Definition.IsSecret && !reveal && setting.Value is not null ? new TextValue("***") : setting.Value;
        return Written(setting.Definition.Name, value) switch
        {
            null => $"# {name} has a value that cannot be written in a file  ({source})",
            var text when !DisplayText.IsPlain(text) =>
                $"# {name} has a value that cannot be shown as it is (see --json): {DisplayText.Line(text)}  ({source})",
            var text => $"{$"{name} = {text}".PadRight(SourceColumn)} # {source}",
        };
    }

    private static bool IsWorthALine(EffectiveSetting setting) => setting.Source.IsGiven
        || (setting.Value is not null && (PostgresKeys.All.Contains(setting.Definition) || GatewayKeys.All.Contains(setting.Definition)));

    /// <summary>A value as a file can hold it; null where it cannot.</summary>
    private static string? Written(string name, SettingValue? value) => value switch
    {
        null => "",
        TextValue text => Escape(text.Text),
        NumberValue number => LuaNumberFormat.Format(number.Number),
        SwitchValue isOn => isOn.IsOn ? "on" : "off",
        ListValue list => Join(list.Items.Select(item => name == TrustedCertificates.Name ? AsBase64(item) : item)),
        _ => null,
    };

    // Kong takes a certificate in base64 as well.
    private static string AsBase64(string item) => DisplayText.IsPlain(item) ? item : Convert.ToBase64String(ByteText.Encode(item));

    private static string? Join(IEnumerable<string> items)
    {
        var written = items.ToArray();
        return written.Any(item => item.Contains(',', StringComparison.Ordinal)) ? null : Escape(string.Join(',', written));
    }

    private static string? Escape(string text) => text.Contains("_blank_", StringComparison.Ordinal) || VaultReference.Is(text)
        ? null
        : text.Replace("#", "\\#", StringComparison.Ordinal);

    private static string Shield(string source) => DisplayText.Line(source).Replace("_blank_", "-blank-", StringComparison.Ordinal);
}
