using Migrator.Configuration.Diagnostics;
using Migrator.Display;
using Migrator.Files;

namespace Migrator.Configuration.Files;

/// <summary>
/// The file itself: which one, and its bytes. Kong: a file that is named must exist; without a name there are two places to look.
/// </summary>
internal static class ConfigurationFile
{
    // A kong.conf with every setting is 100 kB, and a pipe has its text soon: what is larger or slower than this is a mistake.
    private static readonly ReadLimits Limits = new(64 << 20, TimeSpan.FromSeconds(10));

    /// <summary>The file of a request; null where none is named and none lies in the usual places.</summary>
    public static string? Find(ConfigurationRequest request) => request.File ?? request.DefaultFiles.FirstOrDefault(File.Exists);

    /// <summary>The bytes of a file.</summary>
    public static ReadOnlyMemory<byte> Read(string file, string workingDirectory)
    {
        var path = file.Length == 0 || file.Contains('\0', StringComparison.Ordinal) ? "" : Path.GetFullPath(file, workingDirectory);
        return File.Exists(path)
            ? BoundedFile.ReadBytes(path, Limits, reason => Refuse(
                file,
                $"could not load the configuration file {file}: {reason}.",
                "Name with --conf a kong.conf that the user of migrator can read."))
            : throw (Directory.Exists(path)
                ? Refuse(
                    file,
                    $"could not load the configuration file {file}: it is a directory.",
                    $"Name the file in it, for example: --conf {ShellText.Word(Path.Combine(file, "kong.conf"))}")
                : Refuse(
                    file,
                    $"no file at: {file}.",
                    $"Check the path of --conf: `~` is not expanded, and a relative path starts at {workingDirectory}."));
    }

    private static ConfigurationException Refuse(string file, string message, string remedy) =>
        new(file, [new(file, null, Code: null, message)], remedy);
}
