using System.Globalization;

namespace Migrator.Locking;

/// <summary>What a migrator calls itself in <c>locks</c>, so that others can say who they wait for.</summary>
internal static class RunnerName
{
    private const string Beginning = "migrator on ";

    // A Guid, since a random number from the cryptographic library would have a run without TLS load OpenSSL: 3 of its 20 milliseconds.
    /// <summary>
    /// A name for this run: host, process and start. In containers the first two are often equal, so there is chance in it too.
    /// </summary>
    public static string Create(TimeProvider time) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Beginning}{Environment.MachineName}, process {Environment.ProcessId}, since {time.GetUtcNow():yyyy-MM-dd HH:mm:ss} UTC, run "
            + $"{Guid.NewGuid().ToString("N")[..8]}");

    /// <summary>Whether an owner is a migrator.</summary>
    public static bool Is(string owner) => owner.StartsWith(Beginning, StringComparison.Ordinal);
}
