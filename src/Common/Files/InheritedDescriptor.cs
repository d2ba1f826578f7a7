using System.Runtime.InteropServices;

namespace Migrator.Files;

/// <summary>The file descriptors that the program was started with: stdin, stdout and stderr, unless one was closed.</summary>
internal static class InheritedDescriptor
{
    // F_GETFD and FD_CLOEXEC (fcntl(2)); Linux and macOS have the same numbers.
    private const int GetDescriptorFlags = 1;
    private const int CloseOnExec = 1;

    /// <summary>
    /// Whether a descriptor was open when the program was started. If it was closed (<c>&gt;&amp;-</c>), the first file or connection that
    /// is opened gets its number. Such a file is closed on exec; a descriptor that the program inherited cannot be.
    /// </summary>
    public static bool IsOpen(int descriptor) => (Flags(descriptor, GetDescriptorFlags) & CloseOnExec) == 0;

    // fcntl(2). It returns -1 for a closed descriptor, which has this flag too.
    [DllImport("libc", EntryPoint = "fcntl")]
    private static extern int Flags(int descriptor, int command);
}
