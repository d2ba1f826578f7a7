using System.Globalization;

namespace Migrator.Connecting;

/// <summary>
/// Splits Kong's form of a Unix socket, <c>unix:/path/.s.PGSQL.5432</c>, into the folder and port that Npgsql expects.
/// </summary>
internal static class UnixSocket
{
    private const string Prefix = "unix:";
    private const string FileName = ".s.PGSQL.";

    /// <summary>The folder and port of a host that is a Unix socket; null for any other host.</summary>
    public static (string Folder, int Port)? TryParse(string host)
    {
        if (!host.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        var path = host[Prefix.Length..];
        var file = Path.GetFileName(path);
        return file.StartsWith(FileName, StringComparison.Ordinal)
            && int.TryParse(file.AsSpan(FileName.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? (Path.GetDirectoryName(path) ?? "/", port)
            : null;
    }
}
