using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Migrator.Files;

/// <summary>
/// Reads files that a user has named, with limits of size and time. Such a file may be a pipe without a writer, an endless device, or on a
/// dead network drive.
/// </summary>
internal static class BoundedFile
{
    /// <summary>Reads a file as text, in UTF-8 or the encoding of its byte order mark.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limits">The limits of size and time.</param>
    /// <param name="explain">
    /// Creates the error from the reason. The reason completes the sentence "FILE cannot be read: " and has no full stop:
    /// <c>it does not exist</c>.
    /// </param>
    /// <param name="cancellationToken">Cancels the wait for the file.</param>
    /// <exception cref="MigratorException">The file cannot be read within the limits.</exception>
    public static string ReadText(
        string path, ReadLimits limits, Func<string, MigratorException> explain, CancellationToken cancellationToken = default)
    {
        using var reader = new StreamReader(new MemoryStream(ReadBytes(path, limits, explain, cancellationToken)), Encoding.UTF8);
        return reader.ReadToEnd();
    }

    /// <summary>Reads a file as bytes.</summary>
    /// <inheritdoc cref="ReadText" />
    public static byte[] ReadBytes(
        string path, ReadLimits limits, Func<string, MigratorException> explain, CancellationToken cancellationToken = default) =>
        Read(() => Open(path, limits), limits, explain, cancellationToken);

    /// <summary>
    /// Reads standard input as bytes. /dev/stdin would open the file again, which fails for a socket and for a file of another user.
    /// </summary>
    /// <inheritdoc cref="ReadText" />
    public static byte[] ReadStandardInput(ReadLimits limits, Func<string, MigratorException> explain) => InheritedDescriptor.IsOpen(0)
        ? Read(() => new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, bufferSize: 0), limits, explain, default)
        : throw explain("it is closed");

    private static byte[] Read(
        Func<Stream> open, ReadLimits limits, Func<string, MigratorException> explain, CancellationToken cancellationToken)
    {
        var reading = new Reading(open, limits);
        try
        {
            if (!reading.Result.Wait(limits.Time, cancellationToken))
            {
                var seconds = limits.Time.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
                throw explain($"it does not come to an end within {seconds} s (is it a pipe that nobody writes to?)");
            }
        }
        catch (AggregateException e) when (e.InnerException is { } inner)
        {
            throw explain(Reason(inner));
        }
        finally
        {
            reading.Abandon();
        }

        return reading.Result.Result ?? throw explain($"it is larger than {Size(limits.Bytes)}");
    }

    /// <summary>Formats a size in the largest unit that divides it: <c>64 KiB</c>.</summary>
    public static string Size(int bytes) => bytes switch
    {
        >= 1 << 20 when bytes % (1 << 20) == 0 => string.Create(CultureInfo.InvariantCulture, $"{bytes >> 20} MiB"),
        >= 1 << 10 when bytes % (1 << 10) == 0 => string.Create(CultureInfo.InvariantCulture, $"{bytes >> 10} KiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes"),
    };

    private static FileStream Open(string path, ReadLimits limits)
    {
        if (Directory.Exists(path))
        {
            throw new IsDirectoryException();
        }

        // Kubernetes replaces mounted files: opening one must not lock it.
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        if (limits.IsReadAgain && !file.CanSeek)
        {
            file.Dispose();
            throw new IsPipeException();
        }

        return file;
    }

    // The messages of .NET repeat the path, and report a directory as a lack of rights.
    private static string Reason(Exception exception) => exception switch
    {
        FileNotFoundException or DirectoryNotFoundException => "it does not exist",
        IsDirectoryException => "it is a directory",
        IsPipeException => "it is a pipe, and has to be a file that can be read more than once",
        UnauthorizedAccessException => "permission denied",
        PathTooLongException or ArgumentException or NotSupportedException => "this is not a path",
        // MESSAGE : 'PATH'
        _ => exception.Message.Split(" : '")[0].TrimEnd('.'),
    };

    private sealed class IsDirectoryException : IOException;

    private sealed class IsPipeException : IOException;

    /// <summary>
    /// Reads a file on a thread of its own. Opening a pipe, or a file on a dead drive, blocks in the kernel and cannot be cancelled. A
    /// background thread does not keep the process alive.
    /// </summary>
    private sealed class Reading
    {
        private readonly TaskCompletionSource<byte[]?> result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Func<Stream> open;
        private readonly ReadLimits limits;
        private volatile bool isAbandoned;

        public Reading(Func<Stream> open, ReadLimits limits)
        {
            (this.open, this.limits) = (open, limits);
            new Thread(Run) { IsBackground = true, Name = "read" }.Start();
        }

        /// <summary>The content; null if it is larger than the limit.</summary>
        public Task<byte[]?> Result => result.Task;

        /// <summary>Stops the reading: the result is no longer needed.</summary>
        public void Abandon() => isAbandoned = true;

        private void Run()
        {
            try
            {
                result.SetResult(Read());
            }
#pragma warning disable CA1031 // The caller gets the exception from the result.
            catch (Exception e)
#pragma warning restore CA1031
            {
                result.SetException(e);
            }
        }

        private byte[]? Read()
        {
            using var file = open();
            using var content = new MemoryStream();
            var buffer = new byte[Math.Min(limits.Bytes + 1L, 32 * 1024)];
            while (!isAbandoned && file.Read(buffer) is > 0 and var count)
            {
                if (content.Length + count > limits.Bytes)
                {
                    return null;
                }

                content.Write(buffer, 0, count);
            }

            return content.ToArray();
        }
    }
}
