using Migrator.Configuration.Diagnostics;
using Migrator.Display;
using Migrator.Files;

namespace Migrator.Configuration.Files;

/// <summary>
/// Finds and reads the configuration file. Kong: a file that is named must exist; without a name, there are two default places.
/// </summary>
internal static class ConfigurationFile
{
    // A kong.conf with every setting is 100 kB, and a pipe delivers it quickly: a larger or slower file is a mistake.
    private static readonly ReadLimits Limits = new(64 << 20, TimeSpan.FromSeconds(10));

    /// <summary>Returns the file of a request; null if none is named and none is in the default places.</summary>
    public static string? Find(ConfigurationRequest request) => request.File ?? request.DefaultFiles.FirstOrDefault(File.Exists);

    /// <summary>The name of a file in messages.</summary>
    public static string NameOf(string file) => file == ConfigurationRequest.StandardInput ? ShellText.StandardInput : file;

    /// <summary>Returns the bytes of a file.</summary>
    public static ReadOnlyMemory<byte> Read(string file, string workingDirectory)
    {
        if (file == ConfigurationRequest.StandardInput)
        {
            return BoundedFile.ReadStandardInput(Limits, reason => Refuse(
                NameOf(file), $"could not read the configuration from standard input: {reason}.", "Pipe a kong.conf into migrator."));
        }

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
                    workingDirectory == WorkingDirectory.Removed ? "The working directory was removed: give --conf with a full path."
                        : $"Check the path of --conf: `~` is not expanded, and a relative path starts at {workingDirectory}."));
    }

    private static ConfigurationException Refuse(string file, string message, string remedy) =>
        new(file, [new(file, null, Code: null, message)], remedy);
}
