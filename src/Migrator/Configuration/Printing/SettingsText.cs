using System.Text;
using Migrator.Configuration.Effective;
using Migrator.Configuration.Keys;
using Migrator.Configuration.Values;

namespace Migrator.Configuration.Printing;

/// <summary>
/// The configuration as a kong.conf: what is printed can be read again, and means the same. The comment behind each value is its source; it
/// also keeps Kong from taking a value for a number or a trailing backslash for a continuation.
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
        var value = setting.Definition.IsSecret && !reveal && setting.Value is not null ? "***" : Written(setting.Value);
        return value is null
            ? $"# {name} has a value that cannot be written in a file  ({source})"
            : $"{$"{name} = {value}".PadRight(SourceColumn)} # {source}";
    }

    private static bool IsWorthALine(EffectiveSetting setting) => setting.Source.IsGiven
        || (setting.Value is not null && (PostgresKeys.All.Contains(setting.Definition) || GatewayKeys.All.Contains(setting.Definition)));

    /// <summary>A value as a file can hold it; null where it cannot.</summary>
    private static string? Written(SettingValue? value) => value switch
    {
        null => "",
        TextValue text => Escape(text.Text),
        NumberValue number => LuaNumberFormat.Format(number.Number),
        SwitchValue isOn => isOn.IsOn ? "on" : "off",
        ListValue list => Join(list.Items),
        _ => null,
    };

    private static string? Join(IReadOnlyList<string> items)
    {
        var written = items.Select(item => item.Contains('\n', StringComparison.Ordinal) ? Convert.ToBase64String(ByteText.Encode(item)) : item).ToArray();
        return written.Any(item => item.Contains(',', StringComparison.Ordinal)) ? null : Escape(string.Join(',', written));
    }

    private static string? Escape(string text) =>
        text.Contains('\n', StringComparison.Ordinal) || text.Contains("_blank_", StringComparison.Ordinal) || Vaults.VaultReference.Is(text)
            ? null
            : text.Replace("#", "\\#", StringComparison.Ordinal);

    private static string Shield(string source) => source.Replace('\n', ' ').Replace("_blank_", "-blank-", StringComparison.Ordinal);
}
