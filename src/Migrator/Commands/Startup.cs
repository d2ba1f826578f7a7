using Migrator.Commands.Hosting;
using Migrator.Output;

namespace Migrator.Commands;

/// <summary>Starts the program: what fails before a command runs is an error with an exit code too.</summary>
internal static class Startup
{
    /// <summary>Runs the command line, and returns the exit code.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        try
        {
            ProcessLimits.RequireRandomNumbers();
            MemoryLimit.Lower();
            return await CommandLine.RunAsync(arguments, new HostEnvironment());
        }
#pragma warning disable CA1031 // Every unexpected exception becomes a message and an exit code here.
        catch (Exception e)
#pragma warning restore CA1031
        {
            var error = e as MigratorException ?? Messages.Unexpected(e);
            new LogWriter(StandardStreams.Error, LogLevel.Info, json: false, colour: false, TimeProvider.System)
                .Write(LogLevel.Error, error.Message, error.Remedy, error.Cause);
            return error.ExitCode;
        }
    }
}
