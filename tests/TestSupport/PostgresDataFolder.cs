using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace TestSupport;

/// <summary>Creates data folders of new servers, as copies of a folder that initdb made once for each version.</summary>
/// <remarks>If test.sh has created a folder for the tests, the original stays there for the next assembly.</remarks>
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

    /// <summary>Removes the originals that no other assembly uses.</summary>
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
                // The tests of the other assembly run at the same time, and created the original first.
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
