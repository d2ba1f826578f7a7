using System.Globalization;
using System.Security.Cryptography;

namespace Migrator.Ledger;

/// <summary>What a migrator calls itself in <c>locks</c>, so that others can say who they wait for.</summary>
internal static class RunnerName
{
    private const string Beginning = "migrator on ";

    /// <summary>A name for this run: host, process and start. In containers the first two are often equal, so there is chance in it too.</summary>
    public static string Create(TimeProvider time) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Beginning}{Environment.MachineName}, process {Environment.ProcessId}, since {time.GetUtcNow():yyyy-MM-dd HH:mm:ss} UTC, run {RandomNumberGenerator.GetHexString(8, lowercase: true)}");

    /// <summary>Whether an owner is a migrator.</summary>
    public static bool Is(string owner) => owner.StartsWith(Beginning, StringComparison.Ordinal);
}
