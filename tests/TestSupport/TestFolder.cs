namespace TestSupport;

/// <summary>Folders of servers: in <c>MIGRATOR_TEST_FOLDER</c>, which test.sh removes when it was interrupted too, else among the temporary files.</summary>
internal static class TestFolder
{
    /// <summary>Creates a folder that only its owner may enter.</summary>
    public static string Create(string prefix)
    {
        var parent = Environment.GetEnvironmentVariable("MIGRATOR_TEST_FOLDER") is { Length: > 0 } given ? given : Path.GetTempPath();
        var folder = Path.Combine(parent, prefix + Path.GetRandomFileName());
        if (OperatingSystem.IsWindows())
        {
            return Directory.CreateDirectory(folder).FullName;
        }

        return Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
    }
}
