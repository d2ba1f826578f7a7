namespace TestSupport;

/// <summary>Creates folders of servers.</summary>
/// <remarks>
/// They are in <c>MIGRATOR_TEST_FOLDER</c>, which test.sh removes even if it is interrupted, otherwise among the temporary files.
/// </remarks>
internal static class TestFolder
{
    /// <summary>The folder in <c>MIGRATOR_TEST_FOLDER</c>; null if it is not set.</summary>
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
