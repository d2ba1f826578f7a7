using System.Runtime.CompilerServices;

namespace Migrator.Tests.Commands;

/// <summary>The documents of the repository.</summary>
internal static class Documents
{
    /// <summary>The path of a document.</summary>
    /// <param name="name">Its path in the repository.</param>
    public static string PathOf(string name) => Path.GetFullPath(Path.Combine(Folder(), "../../..", name));

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
