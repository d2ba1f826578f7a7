using System.Net.Sockets;

namespace Migrator.Errors;

/// <summary>The limit of this process on open files.</summary>
internal static class OpenFiles
{
    // errno(3): too many open files.
    private const int TooManyFiles = 24;

    /// <summary>Whether the limit is what kept a connection from being made, whatever .NET makes of it: none can be opened now.</summary>
    public static bool IsReasonOf(Exception e)
    {
        if (e.Find<SocketException>()?.SocketErrorCode == SocketError.TooManyOpenSockets)
        {
            return true;
        }

        try
        {
            using var file = File.OpenHandle("/dev/null");
            return false;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return refused.HResult == TooManyFiles;
        }
    }

    /// <summary>The error for a limit that is too low.</summary>
    public static MigratorException TooFew(Exception? inner = null) => new(
        "This process may not open more files and connections.",
        "Its limit on open files is too low, or this machine's. It is no fault of the network.",
        "Raise it in the shell or the service that starts migrator: ulimit -n 1024",
        inner)
    { ExitCode = ExitCode.Failure };
}
