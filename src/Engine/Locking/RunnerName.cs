namespace Migrator.Locking;

/// <summary>The name of a migrator in <c>locks</c>, which other runners show while they wait for it.</summary>
internal static class RunnerName
{
    private const string Beginning = "migrator on ";

    /// <summary>
    /// Creates a name for this run from host, process, start time and a random part. In containers, host and process are often equal.
    /// </summary>
    /// <param name="time">The clock.</param>
    /// <param name="runId">The random part, see <c>run_id</c> in a log in JSON.</param>
    public static string Create(TimeProvider time, string runId) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Beginning}{Environment.MachineName}, process {Environment.ProcessId}, since {time.GetUtcNow():yyyy-MM-dd HH:mm:ss} UTC, run "
            + $"{runId}");

    /// <summary>Whether an owner in <c>locks</c> is a migrator.</summary>
    public static bool Is(string owner) => owner.StartsWith(Beginning, StringComparison.Ordinal);
}
