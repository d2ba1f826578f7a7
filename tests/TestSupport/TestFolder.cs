namespace TestSupport;

/// <summary>
/// Folders of servers: in <c>MIGRATOR_TEST_FOLDER</c>, which test.sh removes when it was interrupted too, else among the temporary files.
/// </summary>
internal static class TestFolder
{
    /// <summary>The folder that <c>MIGRATOR_TEST_FOLDER</c> names; null for none.</summary>
    public static string? Given { get; } = Environment.GetEnvironmentVariable("MIGRATOR_TEST_FOLDER") is { Length: > 0 } given ? given
        : null;

    /// <summary>Creates a folder that only its owner may enter.</summary>
    public static string Create(string prefix)
    {
        var folder = Path.Combine(Given ?? Path.GetTempPath(), prefix + Path.GetRandomFileName());
        if (OperatingSystem.IsWindows())
        {
            return Directory.CreateDirectory(folder).FullName;
        }

        return Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
    }
}
