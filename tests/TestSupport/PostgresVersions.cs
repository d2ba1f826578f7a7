namespace TestSupport;

/// <summary>PostgreSQL servers of other major versions than the installed one.</summary>
/// <remarks><c>test.sh</c> downloads them, and names them in <c>MIGRATOR_TEST_PG_VERSIONS</c>.</remarks>
public static class PostgresVersions
{
    /// <summary>The major versions on which Kong's databases run: all supported ones, and some that are no longer supported.</summary>
    public static IReadOnlyList<int> All { get; } = [10, 11, 12, 13, 14, 15, 16, 17, 18];

    /// <summary>Starts a server of a version. If that version is not available, the test is skipped with the reason.</summary>
    public static PostgresServer Start(int version)
    {
        var folder = Path.Combine(
            Environment.GetEnvironmentVariable("MIGRATOR_TEST_PG_VERSIONS") ?? "", $"postgres-{version}", "native", "bin");
        if (!File.Exists(Path.Combine(folder, "initdb")))
        {
            Assert.Ignore($"PostgreSQL {version} is not at hand: ./test.sh fetches it where there is npm.");
        }

        return PostgresServer.Start(binaries: folder);
    }
}
