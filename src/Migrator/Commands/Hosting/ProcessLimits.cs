using System.Runtime.InteropServices;

namespace Migrator.Commands.Hosting;

/// <summary>
/// The limits of this process: a limit on threads or memory that is too low ends .NET with an abort, or stops it for ever, wherever it is
/// reached. So it is reached here first, where it is an error.
/// </summary>
internal static class ProcessLimits
{
    // A run has at most as many threads (two of the pool, the pool's own, two for sockets, one for signals), and a smaller heap.
    private const int Threads = 6;
    private const int HeapBytes = 24 << 20;

    // SIGXFSZ and SIG_IGN (signal(7)); Linux and macOS have the same numbers.
    private const int FileSizeExceeded = 25;
    private const nint Ignore = 1;

    /// <summary>
    /// Checks that the threads and the memory of a run can be had. From here on, a file that grows too large is an error of writing.
    /// </summary>
    /// <exception cref="MigratorException">They cannot.</exception>
    public static void Require()
    {
        _ = Signal(FileSizeExceeded, Ignore);
        using var done = new ManualResetEventSlim();
        var started = new List<Thread>(Threads);
        nint heap = 0;
        try
        {
            heap = Marshal.AllocHGlobal(HeapBytes);
            while (started.Count < Threads)
            {
                var thread = new Thread(done.Wait) { IsBackground = true };
                thread.Start();
                started.Add(thread);
            }
        }
        catch (Exception e) when (e is OutOfMemoryException or ThreadStartException)
        {
            throw new MigratorException(
                "The limits of this process are too low.",
                $"It could start {started.Count} more threads of {Threads}, and needs {HeapBytes >> 20} MiB of memory beside their stacks.",
                "Raise the limit on processes (in a container: of pids) or on memory. `ulimit -a` shows those of the shell.");
        }
        finally
        {
            done.Set();
            started.ForEach(thread => thread.Join());
            Marshal.FreeHGlobal(heap);
        }
    }

    // signal(2).
    [DllImport("libc", EntryPoint = "signal")]
    private static extern nint Signal(int number, nint handler);
}
