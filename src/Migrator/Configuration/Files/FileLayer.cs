namespace Migrator.Configuration.Files;

/// <summary>The settings of a file that concern migrations, each as its last line gives it.</summary>
internal sealed class FileLayer
{
    private readonly Dictionary<string, FileSetting> settings = new(StringComparer.Ordinal);

    /// <summary>The layer of a file that is not there.</summary>
    public static FileLayer Empty => new();

    /// <summary>A setting; null where the file does not give it.</summary>
    public FileSetting? Find(string name) => settings.GetValueOrDefault(name);

    /// <summary>Takes a setting. Kong: the last one wins, also when it is empty.</summary>
    public void Set(FileSetting setting) => settings[setting.Definition.Name] = setting;
}
