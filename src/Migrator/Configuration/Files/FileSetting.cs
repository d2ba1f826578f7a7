using Migrator.Configuration.Keys;
using Migrator.Configuration.Values;

namespace Migrator.Configuration.Files;

/// <summary>A setting as the file gives it.</summary>
/// <param name="Definition">Which one.</param>
/// <param name="Line">Where.</param>
/// <param name="Value">What.</param>
internal sealed record FileSetting(SettingDefinition Definition, int Line, FileValue Value);
