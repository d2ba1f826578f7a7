using System.Globalization;

namespace Migrator.Locking;

/// <summary>The name of a migrator in <c>locks</c>, which other runners show while they wait for it.</summary>
internal static class RunnerName
{
    private const string Beginning = "migrator on ";

    /// <summary>
    /// Creates a name for this run from host, process, start time and a random part. In containers, host and process are often equal.
    /// </summary>
    // The random part is from a Guid: RandomNumberGenerator would make a run without TLS load OpenSSL, 3 of its 20 milliseconds.
    public static string Create(TimeProvider time) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Beginning}{Environment.MachineName}, process {Environment.ProcessId}, since {time.GetUtcNow():yyyy-MM-dd HH:mm:ss} UTC, run "
            + $"{Guid.NewGuid().ToString("N")[..8]}");

    /// <summary>Whether an owner in <c>locks</c> is a migrator.</summary>
    public static bool Is(string owner) => owner.StartsWith(Beginning, StringComparison.Ordinal);
}
