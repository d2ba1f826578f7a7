namespace TestSupport;

/// <summary>
/// PostgreSQL in other major versions than the machine's own, which <c>test.sh</c> fetches and names in <c>MIGRATOR_TEST_PG_VERSIONS</c>.
/// </summary>
public static class PostgresVersions
{
    /// <summary>The major versions that Kong's databases live on: all that are supported today, and a few that no longer are.</summary>
    public static IReadOnlyList<int> All { get; } = [10, 11, 12, 13, 14, 15, 16, 17, 18];

    /// <summary>Starts a server of a version; the test is skipped, with the reason, where that version is not at hand.</summary>
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
