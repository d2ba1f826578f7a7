using System.Net.Sockets;

namespace Migrator.Errors;

/// <summary>The limit of this process on open files.</summary>
internal static class OpenFiles
{
    /// <summary>Whether the limit is what kept a connection from being made.</summary>
    public static bool IsReasonOf(Exception e) => e.Find<SocketException>()?.SocketErrorCode == SocketError.TooManyOpenSockets;

    /// <summary>The error for a limit that is too low.</summary>
    public static MigratorException TooFew(Exception? inner = null) => new(
        "This process may not open more files and connections.",
        "Its limit on open files is too low, or this machine's. It is no fault of the network.",
        "Raise it in the shell or the service that starts migrator: ulimit -n 1024",
        inner)
    { ExitCode = ExitCode.Failure };
}
