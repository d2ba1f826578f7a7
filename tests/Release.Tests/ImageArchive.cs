using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json.Nodes;

namespace Release.Tests;

/// <summary>The content of an OCI archive.</summary>
internal sealed class ImageArchive
{
    private readonly Dictionary<string, byte[]> files = new(StringComparer.Ordinal);

    /// <summary>Reads an archive.</summary>
    public ImageArchive(string path)
    {
        using var stream = File.OpenRead(path);
        foreach (var (name, content, _) in Entries(stream))
        {
            files[name] = content;
        }
    }

    /// <summary>The images of the index, by architecture.</summary>
    public IEnumerable<(string Architecture, JsonNode Config, IReadOnlyList<ImageFile> Files)> Images()
    {
        var index = Blob(Json("index.json")["manifests"]![0]!);
        foreach (var entry in index["manifests"]!.AsArray())
        {
            var manifest = Blob(entry!);
            yield return ((string)entry!["platform"]!["architecture"]!, Blob(manifest["config"]!),
                [.. manifest["layers"]!.AsArray().SelectMany(layer => Layer((string)layer!["digest"]!))]);
        }
    }

    private IEnumerable<ImageFile> Layer(string digest)
    {
        using var gzip = new GZipStream(new MemoryStream(files[BlobName(digest)]), CompressionMode.Decompress);
        foreach (var (name, content, entry) in Entries(gzip))
        {
            if (entry.EntryType != TarEntryType.Directory)
            {
                var target = entry.EntryType == TarEntryType.SymbolicLink ? entry.LinkName : null;
                yield return new ImageFile("/" + name, content, target, entry.Mode, (entry.Uid, entry.Gid));
            }
        }
    }

    private static IEnumerable<(string Name, byte[] Content, TarEntry Entry)> Entries(Stream stream)
    {
        using var reader = new TarReader(stream);
        while (reader.GetNextEntry(copyData: true) is { } entry)
        {
            using var content = new MemoryStream();
            entry.DataStream?.CopyTo(content);
            yield return (entry.Name.StartsWith("./", StringComparison.Ordinal) ? entry.Name[2..] : entry.Name, content.ToArray(), entry);
        }
    }

    private JsonNode Blob(JsonNode descriptor) => Json(BlobName((string)descriptor["digest"]!));

    private JsonNode Json(string name) => JsonNode.Parse(files[name])!;

    private static string BlobName(string digest) => "blobs/" + digest.Replace(':', '/');
}

/// <summary>A file of an image.</summary>
/// <param name="Path">Its absolute path.</param>
/// <param name="Content">Its content.</param>
/// <param name="Target">Where a symbolic link points; null for a file.</param>
/// <param name="Mode">Its permissions.</param>
/// <param name="Owner">Its owner and group.</param>
internal sealed record ImageFile(string Path, byte[] Content, string? Target, UnixFileMode Mode, (int User, int Group) Owner);
