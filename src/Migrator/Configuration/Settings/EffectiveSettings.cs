namespace Migrator.Configuration.Settings;

/// <summary>All settings that concern migrations, as the gateway has them.</summary>
/// <param name="settings">The settings, in the order in which they are shown.</param>
internal sealed class EffectiveSettings(IReadOnlyList<EffectiveSetting> settings)
{
    private readonly Dictionary<string,
        EffectiveSetting> byName = settings.ToDictionary(setting => setting.Definition.Name, StringComparer.Ordinal);

    /// <summary>The settings, in the order in which they are shown.</summary>
    public IReadOnlyList<EffectiveSetting> All => settings;

    /// <summary>A setting that is in the catalogue.</summary>
    public EffectiveSetting this[string name] => byName[name];

    /// <summary>The definition of a setting.</summary>
    public SettingDefinition Definition(string name) => this[name].Definition;

    /// <summary>The line that gives a setting; null where none does.</summary>
    public int? Line(string name) => this[name].Source.Line;

    /// <summary>Whether somebody gives the setting a value.</summary>
    public bool Has(string name) => byName.TryGetValue(name, out var setting) && setting.IsSet;

    /// <summary>A setting that is text; null where it is unset.</summary>
    public string? Text(string name) => (this[name].Value as TextValue)?.Text;

    /// <summary>A setting that is a number; null where it is unset.</summary>
    public double? Number(string name) => (this[name].Value as NumberValue)?.Number;

    /// <summary>Whether a setting is on.</summary>
    public bool IsOn(string name) => this[name].Value is SwitchValue { IsOn: true };

    /// <summary>A setting that is a list.</summary>
    public IReadOnlyList<string> List(string name) => (this[name].Value as ListValue)?.Items ?? [];
}

/// <summary>A setting as the gateway has it: after file, environment, vaults and defaults.</summary>
/// <param name="Definition">Which one.</param>
/// <param name="Value">Its value; null where it is unset.</param>
/// <param name="Source">Where the value comes from.</param>
internal sealed record EffectiveSetting(SettingDefinition Definition, SettingValue? Value, SettingSource Source)
{
    /// <summary>
    /// Whether somebody gives it, and not an empty text. An empty switch is off to Kong, and still nobody switched it off.
    /// </summary>
    public required bool IsSet { get; init; }
}
