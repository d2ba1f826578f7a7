using Migrator.Configuration.Keys;
using Migrator.Configuration.Values;

namespace Migrator.Configuration.Files;

/// <summary>A setting as the file gives it.</summary>
/// <param name="definition">Which one.</param>
/// <param name="line">Where.</param>
/// <param name="raw">The bytes behind the <c>=</c>.</param>
internal sealed class FileSetting(SettingDefinition definition, int line, byte[] raw)
{
    // Understood when it is asked for: of a setting given a hundred thousand times, only the last one matters.
    private readonly Lazy<FileValue> value = new(() => FileValue.Read(ByteText.Decode(raw)));

    /// <summary>Which one.</summary>
    public SettingDefinition Definition => definition;

    /// <summary>Where.</summary>
    public int Line => line;

    /// <summary>What.</summary>
    public FileValue Value => value.Value;
}
