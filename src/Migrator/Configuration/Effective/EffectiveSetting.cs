using Migrator.Configuration.Keys;

namespace Migrator.Configuration.Effective;

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
