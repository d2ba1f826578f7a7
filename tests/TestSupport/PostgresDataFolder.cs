using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace TestSupport;

/// <summary>
/// Data folders of new servers: initdb runs once for each version of PostgreSQL, every server gets a copy of what it made. Where test.sh
/// has made a folder for the tests, what initdb made stays there for the next assembly.
/// </summary>
internal static class PostgresDataFolder
{
    private static readonly ConcurrentDictionary<string, Lazy<string>> Originals = new(StringComparer.Ordinal);

    /// <summary>Creates a data folder that belongs to the user who runs the server.</summary>
    /// <param name="binaries">The folder of PostgreSQL's programs.</param>
    /// <param name="data">The folder to create.</param>
    public static void Create(string binaries, string data)
    {
        var original = Originals.GetOrAdd(binaries, folder => new Lazy<string>(() => Original(folder))).Value;
        PostgresBinaries.Run("cp", "-a", original, data);
    }

    /// <summary>Removes the originals that nobody else uses.</summary>
    public static void DeleteAll()
    {
        foreach (var original in Originals.Values.Where(original => original.IsValueCreated && TestFolder.Given is null))
        {
            Directory.Delete(Path.GetDirectoryName(original.Value)!, recursive: true);
        }

        Originals.Clear();
    }

    private static string Original(string binaries)
    {
        if (TestFolder.Given is not { } shared)
        {
            return Path.Combine(Initialize(binaries), "data");
        }

        var kept = Path.Combine(shared, "initdb-" + Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(binaries)))[..16]);
        if (!Directory.Exists(kept))
        {
            var made = Initialize(binaries);
            try
            {
                Directory.Move(made, kept);
            }
            catch (IOException) when (Directory.Exists(kept))
            {
                // The tests of the other assembly run at the same time, and were quicker.
                Directory.Delete(made, recursive: true);
            }
        }

        return Path.Combine(kept, "data");
    }

    private static string Initialize(string binaries)
    {
        var folder = TestFolder.Create("migrator-initdb-");
        PostgresBinaries.OwnedByServer(folder);
        PostgresBinaries.Run(
            Path.Combine(binaries, "initdb"), "-D", Path.Combine(folder, "data"), "-U", "kong", "--auth=trust", "--encoding=UTF8",
                "--locale=C", "--no-sync");
        return folder;
    }
}
