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

    // Sockets, what waits for them, and signals. A run that needs more says so where it does.
    private const int Files = 8;

    // From it come the numbers of hash tables, names and TLS. .NET aborts if it cannot be opened, and waits for ever if it gives no bytes.
    private const string RandomDevice = "/dev/urandom";
    private const int RandomBytes = 256;

    // errno(3): too many open files.
    private const int TooManyFiles = 24;

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
        RequireFiles();
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

    /// <summary>Checks that the system gives random numbers.</summary>
    /// <exception cref="MigratorException">It does not.</exception>
    public static void RequireRandomNumbers()
    {
        Span<byte> bytes = stackalloc byte[RandomBytes];
        var device = Open(RandomDevice, OperatingSystem.IsLinux() ? 0x800 : 4);
        var count = device < 0 ? -1 : Read(device, ref MemoryMarshal.GetReference(bytes), RandomBytes);
        var error = count < 0 ? Marshal.GetLastPInvokeError() : 0;
        _ = device < 0 ? 0 : Close(device);
        if (error == TooManyFiles)
        {
            throw OpenFiles.TooFew();
        }

        if (count != RandomBytes)
        {
            throw new MigratorException(
                "There are no random numbers: /dev/urandom cannot be read.",
                error != 0 ? $"{Marshal.GetPInvokeErrorMessage(error)}." : "It is not the system's device: it ends.",
                "Give the process the system's /dev (in a chroot: mount --rbind), or, as root, where the device is missing: "
                    + $"mknod -m 666 {RandomDevice} c 1 9");
        }
    }

    private static void RequireFiles()
    {
        var opened = new List<int>(Files);
        while (opened.Count < Files && Open("/", 0) is >= 0 and var file)
        {
            opened.Add(file);
        }

        var isTooLow = opened.Count < Files && Marshal.GetLastPInvokeError() == TooManyFiles;
        opened.ForEach(file => _ = Close(file));
        if (isTooLow)
        {
            throw OpenFiles.TooFew();
        }
    }

    // open(2) with O_NONBLOCK: a pipe in its place is not waited for.
    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    // read(2).
    [DllImport("libc", EntryPoint = "read", SetLastError = true)]
    private static extern nint Read(int descriptor, ref byte buffer, nint count);

    // close(2).
    [DllImport("libc", EntryPoint = "close")]
    private static extern int Close(int descriptor);

    // signal(2).
    [DllImport("libc", EntryPoint = "signal")]
    private static extern nint Signal(int number, nint handler);
}
