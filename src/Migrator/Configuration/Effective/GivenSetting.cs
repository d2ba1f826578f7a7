using Migrator.Configuration.Files;
using Migrator.Configuration.Keys;

namespace Migrator.Configuration.Effective;

/// <summary>A setting as the layer that wins gives it.</summary>
/// <param name="Definition">Which one.</param>
/// <param name="Text">Its text, trimmed, before vaults and types; null where there is not even a default.</param>
/// <param name="Source">The layer.</param>
/// <param name="Overridden">What the file says, where it is overridden; null otherwise.</param>
internal sealed record GivenSetting(SettingDefinition Definition, string? Text, SettingSource Source, FileSetting? Overridden);
