using System.Globalization;
using System.Text;
using Migrator.Errors;

namespace Migrator.Files;

/// <summary>
/// Reads files that a user has named, whatever they turn out to be: a pipe that nobody writes to, an endless device, a dead network drive.
/// </summary>
internal static class BoundedFile
{
    /// <summary>Reads a file as text: UTF-8, or what its byte order mark says.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limits">How much, and for how long.</param>
    /// <param name="explain">
    /// Makes the error from the reason. That completes the sentence "FILE cannot be read: " and has no full stop: <c>it does not exist</c>.
    /// </param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <exception cref="MigratorException">It cannot be read within the limits.</exception>
    public static string ReadText(
        string path, ReadLimits limits, Func<string, MigratorException> explain, CancellationToken cancellationToken = default)
    {
        using var reader = new StreamReader(new MemoryStream(ReadBytes(path, limits, explain, cancellationToken)), Encoding.UTF8);
        return reader.ReadToEnd();
    }

    /// <summary>Reads a file.</summary>
    /// <inheritdoc cref="ReadText" />
    public static byte[] ReadBytes(
        string path, ReadLimits limits, Func<string, MigratorException> explain, CancellationToken cancellationToken = default)
    {
        var reading = new Reading(path, limits);
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

    /// <summary>A size in the largest unit that divides it: <c>64 KiB</c>.</summary>
    public static string Size(int bytes) => bytes switch
    {
        >= 1 << 20 when bytes % (1 << 20) == 0 => string.Create(CultureInfo.InvariantCulture, $"{bytes >> 20} MiB"),
        >= 1 << 10 when bytes % (1 << 10) == 0 => string.Create(CultureInfo.InvariantCulture, $"{bytes >> 10} KiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes"),
    };

    // The words of .NET repeat the path, and call a directory a lack of rights.
    private static string Reason(Exception exception) => exception switch
    {
        FileNotFoundException or DirectoryNotFoundException => "it does not exist",
        IsDirectoryException => "it is a directory",
        IsPipeException => "it is a pipe, and has to be a file that can be read more than once",
        UnauthorizedAccessException => "permission denied",
        PathTooLongException or ArgumentException or NotSupportedException => "this is not a path",
        _ => exception.Message.TrimEnd('.'),
    };

    private sealed class IsDirectoryException : IOException;

    private sealed class IsPipeException : IOException;

    /// <summary>
    /// One reading, on a thread of its own: opening a pipe or a file on a dead drive blocks in the kernel, and nothing there can be
    /// cancelled. A thread in the background does not keep the process alive.
    /// </summary>
    private sealed class Reading
    {
        private readonly TaskCompletionSource<byte[]?> result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly string path;
        private readonly ReadLimits limits;
        private volatile bool isAbandoned;

        public Reading(string path, ReadLimits limits)
        {
            (this.path, this.limits) = (path, limits);
            new Thread(Run) { IsBackground = true, Name = "read " + path }.Start();
        }

        /// <summary>The content; null where there is more than the limit.</summary>
        public Task<byte[]?> Result => result.Task;

        /// <summary>Nobody waits any more.</summary>
        public void Abandon() => isAbandoned = true;

        private void Run()
        {
            try
            {
                result.SetResult(Read());
            }
#pragma warning disable CA1031 // Whoever waits for the result gets it.
            catch (Exception e)
#pragma warning restore CA1031
            {
                result.SetException(e);
            }
        }

        private byte[]? Read()
        {
            if (Directory.Exists(path))
            {
                throw new IsDirectoryException();
            }

            // Kubernetes replaces mounted files: no lock may be in its way.
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            if (limits.IsReadAgain && !file.CanSeek)
            {
                throw new IsPipeException();
            }

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
