namespace Release.Tests;

/// <summary>The folder of the release under test.</summary>
internal static class ReleaseFolder
{
    /// <summary>The path.</summary>
    public static string Path { get; } = Environment.GetEnvironmentVariable("MIGRATOR_TEST_RELEASE") is { Length: > 0 } given ? given
        : throw new InvalidOperationException("MIGRATOR_TEST_RELEASE does not name the folder of a release (scripts/release.sh).");

    /// <summary>The path of the one file that matches a pattern.</summary>
    public static string File(string pattern) => Directory.GetFiles(Path, pattern) is [var file] ? file
        : throw new InvalidOperationException($"'{Path}' does not have one file '{pattern}'.");

    /// <summary>The version of the release, from the name of the image.</summary>
    public static string Version { get; } = System.IO.Path.GetFileName(File("migrator-*.oci.tar"))["migrator-".Length..^".oci.tar".Length];
}
