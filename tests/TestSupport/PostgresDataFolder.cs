using System.Collections.Concurrent;

namespace TestSupport;

/// <summary>Data folders of new servers: initdb runs once for each version of PostgreSQL, every server gets a copy of what it made.</summary>
internal static class PostgresDataFolder
{
    private static readonly ConcurrentDictionary<string, Lazy<string>> Originals = new(StringComparer.Ordinal);

    /// <summary>Creates a data folder that belongs to the user who runs the server.</summary>
    /// <param name="binaries">The folder of PostgreSQL's programs.</param>
    /// <param name="data">The folder to create.</param>
    public static void Create(string binaries, string data)
    {
        var original = Originals.GetOrAdd(binaries, folder => new Lazy<string>(() => Initialize(folder))).Value;
        PostgresBinaries.Run("cp", "-a", original, data);
    }

    /// <summary>Removes the originals.</summary>
    public static void DeleteAll()
    {
        foreach (var original in Originals.Values.Where(original => original.IsValueCreated))
        {
            Directory.Delete(Path.GetDirectoryName(original.Value)!, recursive: true);
        }

        Originals.Clear();
    }

    private static string Initialize(string binaries)
    {
        var folder = TestFolder.Create("migrator-initdb-");
        PostgresBinaries.OwnedByServer(folder);
        var data = Path.Combine(folder, "data");
        PostgresBinaries.Run(
            Path.Combine(binaries, "initdb"), "-D", data, "-U", "kong", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync");
        return data;
    }
}
