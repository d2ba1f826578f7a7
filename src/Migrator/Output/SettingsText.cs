using System.Text;
using Migrator.Configuration.Bytes;
using Migrator.Configuration.Diagnostics;
using Migrator.Configuration.Effective;
using Migrator.Configuration.Settings;
using Migrator.Configuration.Vaults;
using Migrator.Display;
using Migrator.Native;

namespace Migrator.Output;

/// <summary>
/// Writes the configuration as a kong.conf that has the same meaning when it is read again. The comment after each value is its source; it
/// also keeps Kong from reading a value as a number, or a trailing backslash as a continuation. A value that cannot be shown as it is, for
/// example because of a control character, has no form in kong.conf. It becomes a comment that contains <c>\uXXXX</c>; <c>--json</c> shows
/// it.
/// </summary>
internal static class SettingsText
{
    private const int MaxValueWidth = 60;

    // What a run does not depend on is shown with --all: the gateway reads it, and migrations do not.
    private static readonly HashSet<string> OfMigrations = new(StringComparer.Ordinal)
    {
        "database", "lua_ssl_trusted_certificate", "lua_ssl_verify_depth", "plugins", "role", "vaults",
    };

    /// <summary>Returns the text. It includes defaults of the read-write connection and of the gateway.</summary>
    /// <param name="settings">What to print.</param>
    /// <param name="reveal">Whether secrets are shown.</param>
    /// <param name="all">Whether to print every setting, not only those that concern migrations.</param>
    public static string Print(EffectiveSettings settings, bool reveal, bool all = true)
    {
        var shown = settings.All.Where(s => IsShown(s) && (all || ConcernsMigrations(s.Definition.Name))).ToList();
        var names = shown.Select(s => s.Definition.Name.Length).DefaultIfEmpty().Max();
        var values = shown.Select(s => WrittenLength(s, reveal)).Where(length => length <= MaxValueWidth).DefaultIfEmpty().Max();
        var text = new StringBuilder();
        foreach (var setting in shown)
        {
            text.Append(Line(setting, reveal, names, values)).Append('\n');
        }

        return text.ToString();
    }

    private static bool ConcernsMigrations(string name) =>
        name.StartsWith("pg_", StringComparison.Ordinal) || name.StartsWith("vault_", StringComparison.Ordinal)
            || OfMigrations.Contains(name);

    private static int WrittenLength(EffectiveSetting setting, bool reveal) =>
        Written(setting.Definition.Name, Value(setting, reveal))?.Length ?? 0;

    private static SettingValue? Value(EffectiveSetting setting, bool reveal) => setting.Value switch
    {
        not null when setting.Definition.IsSecret && !reveal => new TextValue("***"),
        TextValue text when !reveal => new TextValue(SettingText.WithoutPassword(text.Text)),
        var value => value,
    };

    private static string Line(EffectiveSetting setting, bool reveal, int names, int values)
    {
        var name = setting.Definition.Name;
        var source = EscapeSource(setting.Source.ToString());
        return Written(setting.Definition.Name, Value(setting, reveal)) switch
        {
            null => $"# {name} has a value that cannot be written in a file  ({source})",
            var text when DisplayText.FindUnseen(text) >= 0 || !DisplayText.IsPlain(text) =>
                $"# {name} has a value that cannot be shown as it is (see --json): {DisplayText.ShowBlanks(DisplayText.Line(text))}  "
                    + $"({source})",
            var text => $"{name.PadRight(names)} = {text.PadRight(values)}  # {source}",
        };
    }

    private static bool IsShown(EffectiveSetting setting) => setting.Source.IsGiven
        || (setting.Value is not null && (PostgresKeys.All.Contains(setting.Definition) || GatewayKeys.All.Contains(setting.Definition)));

    /// <summary>Returns a value as it is written in a file; null if a file cannot contain it.</summary>
    private static string? Written(string name, SettingValue? value) => value switch
    {
        null => "",
        TextValue text => Escape(text.Text),
        NumberValue number => LuaNumber.Format(number.Number),
        SwitchValue isOn => isOn.IsOn ? "on" : "off",
        ListValue list => Join(list.Items.Select(item => name == TrustedCertificates.Name ? AsBase64(item) : item)),
        _ => null,
    };

    // Kong also accepts a certificate in base64.
    private static string AsBase64(string item) => DisplayText.IsPlain(item) ? item : Convert.ToBase64String(ByteText.Encode(item));

    private static string? Join(IEnumerable<string> items)
    {
        var written = items.ToArray();
        return written.Any(item => item.Contains(',', StringComparison.Ordinal)) ? null : Escape(string.Join(',', written));
    }

    private static string? Escape(string text) => text.Contains("_blank_", StringComparison.Ordinal) || VaultReference.Is(text)
        ? null
        : text.Replace("#", "\\#", StringComparison.Ordinal);

    private static string EscapeSource(string source) => DisplayText.Line(source).Replace("_blank_", "-blank-", StringComparison.Ordinal);
}
