namespace Migrator.Configuration.Settings;

/// <summary>All settings that concern migrations, with the values that the gateway uses.</summary>
/// <param name="settings">The settings, in the order in which they are shown.</param>
internal sealed class EffectiveSettings(IReadOnlyList<EffectiveSetting> settings)
{
    private readonly Dictionary<string,
        EffectiveSetting> byName = settings.ToDictionary(setting => setting.Definition.Name, StringComparer.Ordinal);

    /// <summary>The settings, in the order in which they are shown.</summary>
    public IReadOnlyList<EffectiveSetting> All => settings;

    /// <summary>Returns a setting of the catalogue.</summary>
    public EffectiveSetting this[string name] => byName[name];

    /// <summary>Returns the definition of a setting.</summary>
    public SettingDefinition Definition(string name) => this[name].Definition;

    /// <summary>Returns the line that gives a setting; null if no line does.</summary>
    public int? Line(string name) => this[name].Source.Line;

    /// <summary>Whether a setting is given a value: see <see cref="EffectiveSetting.IsSet"/>.</summary>
    public bool Has(string name) => byName.TryGetValue(name, out var setting) && setting.IsSet;

    /// <summary>Returns the value of a text setting; null if it is unset.</summary>
    public string? Text(string name) => (this[name].Value as TextValue)?.Text;

    /// <summary>Returns the value of a number setting; null if it is unset.</summary>
    public double? Number(string name) => (this[name].Value as NumberValue)?.Number;

    /// <summary>Whether a switch is on.</summary>
    public bool IsOn(string name) => this[name].Value is SwitchValue { IsOn: true };

    /// <summary>Returns the items of a list setting.</summary>
    public IReadOnlyList<string> List(string name) => (this[name].Value as ListValue)?.Items ?? [];
}

/// <summary>A setting with the value that the gateway uses: after file, environment, vaults and defaults.</summary>
/// <param name="Definition">The definition of the setting.</param>
/// <param name="Value">The value; null if it is unset.</param>
/// <param name="Source">The source of the value.</param>
internal sealed record EffectiveSetting(SettingDefinition Definition, SettingValue? Value, SettingSource Source)
{
    /// <summary>
    /// Whether the setting is given, with a text that is not empty. Kong reads an empty switch as off, but an empty switch does not count
    /// as set.
    /// </summary>
    public required bool IsSet { get; init; }
}
