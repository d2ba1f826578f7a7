using Migrator.Display;

namespace Migrator.Configuration.Connection;

/// <summary>
/// Splits Kong's form of a Unix socket, <c>unix:/path/.s.PGSQL.5432</c>, into the folder and port that Npgsql expects.
/// </summary>
internal static class UnixSocket
{
    private const string Prefix = "unix:";
    private const string FileName = ".s.PGSQL.";

    /// <summary>Whether a host has Kong's form of a socket; it may still have no path, or one that Npgsql cannot use.</summary>
    public static bool Is(string host) => host.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Returns why no connection can be made to a socket, as the rest of a sentence; null if one may be possible.</summary>
    /// <param name="host">The host, of which <see cref="Is"/> is true.</param>
    public static string? DiagnosticOf(string host)
    {
        var path = host[Prefix.Length..];
        var name = Path.GetFileName(path);
        return path switch
        {
            _ when TryParse(host) is not null => null,
            "" => "has no path. Write unix:/var/run/postgresql/.s.PGSQL.5432, with the path of the socket.",
            [not '/', ..] => $"is a relative path, and the path of a socket starts with /. Write {Prefix}/{path}, or where the socket is.",
            _ when name.StartsWith(FileName, StringComparison.Ordinal) => "has no port: the name of a socket ends in a number from 1 to "
                + "65535, for example .s.PGSQL.5432.",
            _ when name.Length == 0 || Directory.Exists(path) => $"is a directory. Write {Prefix}{path.TrimEnd('/')}/.s.PGSQL.5432 for "
                + "the socket in it.",

            // Kong: takes a socket of any name.
            _ => "is a socket with a name that migrator cannot use: the name has to be .s.PGSQL. and a number. Make a link to it with "
                + $"`ln -s {ShellText.Word(path)} {ShellText.Word(Link(path))}`, and give migrator the variable "
                + $"`{ShellText.Word($"KONG_PG_HOST={Prefix}{Link(path)}")}`.",
        };
    }

    /// <summary>The folder and port of a host that is a Unix socket; null for any other host.</summary>
    public static (string Folder, int Port)? TryParse(string host)
    {
        if (!Is(host))
        {
            return null;
        }

        var path = host[Prefix.Length..];
        var file = Path.GetFileName(path);
        return path.StartsWith('/') && file.StartsWith(FileName, StringComparison.Ordinal)
            && int.TryParse(file.AsSpan(FileName.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port is > 0 and <= ushort.MaxValue
            ? (Path.GetDirectoryName(path) ?? "/", port)
            : null;
    }

    private static string Link(string path) => Path.Combine(Path.GetDirectoryName(path) ?? "/", FileName + "5432");
}
