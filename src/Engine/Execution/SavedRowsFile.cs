using System.Text;
using System.Text.Json;

namespace Migrator.Execution;

/// <summary>
/// The file of <c>--save-rows</c>: the rows that a run changes or deletes, as they were, one JSON object per line. They are on disk before
/// the transaction that changes them is committed.
/// </summary>
/// <remarks>
/// Only its owner may read the file: rows can contain secrets. What a rolled-back transaction has written is removed. If it is unknown
/// whether a transaction was committed, or the process is killed, its rows stay, so the file can have more rows than were changed.
/// </remarks>
internal sealed class SavedRowsFile : IDisposable
{
    private readonly FileStream stream;
    private long keptLength;
    private long newRows;

    private SavedRowsFile(FileStream stream) => this.stream = stream;

    /// <summary>The full path of the file.</summary>
    public string Path => stream.Name;

    /// <summary>The number of rows that were kept.</summary>
    public long Rows { get; private set; }

    /// <summary>Creates the file, with a name that no other run uses.</summary>
    /// <param name="directory">The directory, which must exist.</param>
    /// <param name="workingDirectory">Where a relative path starts.</param>
    /// <param name="runId">The random name of the run.</param>
    /// <param name="now">The time, for the name.</param>
    /// <exception cref="MigratorException">The file cannot be created.</exception>
    public static SavedRowsFile Create(string directory, string workingDirectory, string runId, DateTimeOffset now)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"migrator-rows-{now.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}-{runId}.jsonl");
        var path = System.IO.Path.Combine(workingDirectory, directory, name);
        // Without a buffer, nothing is left to be written when the file is cut after an error.
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.Read,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            ArgumentException.ThrowIfNullOrEmpty(directory);
            return new SavedRowsFile(new FileStream(path, options));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            var reason = e switch
            {
                DirectoryNotFoundException or FileNotFoundException => "the directory does not exist or takes no files",
                UnauthorizedAccessException => "permission denied",
                ArgumentException or NotSupportedException => "this is not a path",
                _ => e.Message.TrimEnd('.'),
            };
            throw new MigratorException(
                $"The file for --save-rows cannot be created in {(directory.Length == 0 ? "''" : directory)}: {reason}.",
                "Create the directory and make it writable for this user, or name another one.",
                e)
            {
                ExitCode = ExitCode.Usage,
            };
        }
    }

    /// <summary>Begins a transaction: what an earlier one has added without keeping it is removed.</summary>
    public void Begin() => Guard(() =>
    {
        newRows = 0;
        stream.SetLength(keptLength);
        stream.Position = keptLength;
    });

    /// <summary>Adds a row.</summary>
    /// <param name="migration">The migration that changes it, e.g. <c>acme/003_350_to_360</c>.</param>
    /// <param name="phase">The phase, <c>up</c> or <c>finish</c>.</param>
    /// <param name="table">The table.</param>
    /// <param name="row">The row as JSON, from the server.</param>
    public void Add(string migration, string phase, string table, string row) => Guard(() =>
    {
        // PostgreSQL's JSON has no line ends. Another server must not be able to begin a line.
        var names = $"\"migration\":{Quoted(migration)},\"phase\":{Quoted(phase)},\"table\":{Quoted(table)}";
        stream.Write(Encoding.UTF8.GetBytes($"{{{names},\"row\":{row.ReplaceLineEndings(" ")}}}\n"));
        newRows++;
    });

    /// <summary>Waits until everything is on the disk.</summary>
    public void Flush() => Guard(() =>
    {
        if (newRows > 0)
        {
            stream.Flush(flushToDisk: true);
        }
    });

    /// <summary>Keeps the rows that were added since <see cref="Begin"/>: the transaction was, or may have been, committed.</summary>
    public void Keep()
    {
        Rows += newRows;
        newRows = 0;
        keptLength = stream.Position;
    }

    /// <summary>Closes the file, without what was not kept. A file without rows is deleted.</summary>
    public void Dispose()
    {
        try
        {
            Begin();
            stream.Dispose();
            if (Rows == 0)
            {
                File.Delete(Path);
            }
        }
        catch (Exception e) when (e is MigratorException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            // What was kept is on the disk already.
        }
    }

    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text)}\"";

    // .NET reports the limit on the size of files (EFBIG) as an ArgumentException.
    private void Guard(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new MigratorException(
                $"The rows could not be saved to {Path}: {(e is ArgumentException ? "the file is too large" : e.Message.TrimEnd('.'))}.",
                "With --save-rows, the rows are written before the transaction that changes them is committed. It was rolled back.",
                "Make room there or name another directory, then run the command again.",
                e);
        }
    }
}
