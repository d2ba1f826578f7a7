using System.Buffers;
using System.Globalization;

namespace Migrator.Configuration.Files;

/// <summary>
/// The file itself: which one, and its bytes. Kong: a file that is named must exist; without a name there are two places to look.
/// </summary>
internal static class ConfigurationFile
{
    // A kong.conf with every setting is 100 kB. What is larger than this is a mistake, and must not fill the memory.
    private const int Largest = 64 * 1024 * 1024;
    private const int Step = 64 * 1024;

    /// <summary>The file of a request; null where none is named and none lies in the usual places.</summary>
    public static string? Find(ConfigurationRequest request) => request.File ?? request.DefaultFiles.FirstOrDefault(File.Exists);

    /// <summary>The bytes of a file.</summary>
    public static ReadOnlyMemory<byte> Read(string file, string workingDirectory)
    {
        try
        {
            var path = file.Length == 0 ? "" : Path.GetFullPath(file, workingDirectory);
            return File.Exists(path) ? ReadAll(file, path) : throw Refuse(file, Directory.Exists(path)
                ? $"could not load the configuration file {file}: it is a directory. Name the file in it, for example " +
                    $"{Path.Combine(file, "kong.conf")}."
                : $"no file at: {file}. Check the path of --conf; `~` is not expanded, and a relative path starts at {workingDirectory}.");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw Refuse(file, $"could not load the configuration file {file}: {problem.Message} Make it readable for the user that " +
                "runs migrator.");
        }
    }

    private static ReadOnlyMemory<byte> ReadAll(string file, string path)
    {
        // Pipes and devices have no length: read until the end, whatever it is.
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
        var bytes = new ArrayBufferWriter<byte>(Step);
        while (stream.Read(bytes.GetSpan(Step)) is var count and > 0)
        {
            bytes.Advance(count);
            if (bytes.WrittenCount > Largest)
            {
                throw Refuse(file, string.Create(CultureInfo.InvariantCulture, $"{file} is larger than {Largest / 1024 / 1024} MB: " +
                    $"that is no kong.conf. Check the path of --conf."));
            }
        }

        return bytes.WrittenMemory;
    }

    private static ConfigurationException Refuse(string file, string message) => new(file, [new(file, null, message)]);
}
