namespace Migrator.Files;

/// <summary>The directory that relative paths start at.</summary>
internal static class WorkingDirectory
{
    /// <summary>Stands for one that was removed: Linux finds nothing in it, and no other directory can take its place.</summary>
    public const string Removed = "/proc/self/cwd";

    /// <summary>That of the process.</summary>
    public static string Find()
    {
        try
        {
            return Environment.CurrentDirectory;
        }
        catch (IOException)
        {
            return Removed;
        }
    }
}
