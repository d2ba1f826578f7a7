using Migrator.Commands;
using Migrator.Commands.Hosting;

namespace Migrator.Tests.Commands;

/// <summary>Runs commands in this process, with the test's own streams, variables and working directory.</summary>
internal static class InProcess
{
    /// <summary>Runs a command.</summary>
    /// <param name="arguments">The arguments after the program's name.</param>
    /// <param name="folder">The working directory; null for an empty one.</param>
    /// <param name="variables">The environment variables. The command sees no others.</param>
    /// <param name="reply">The user's answer to a prompt; null if there is no terminal.</param>
    /// <param name="isOutputTerminal">Whether stdout is a terminal.</param>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(
        string arguments,
        string? folder = null,
        string? reply = null,
        bool isOutputTerminal = false,
        params (string Name, string Value)[] variables)
    {
        await using var output = new StringWriter();
        await using var errors = new StringWriter();
        var host = new HostEnvironment
        {
            Output = output,
            Error = errors,
            Variables = variables.ToDictionary(v => v.Name, v => v.Value, StringComparer.Ordinal),
            WorkingDirectory = folder ?? "/nonexistent",
            IsErrorTerminal = false,
            IsOutputTerminal = isOutputTerminal,
            IsInputTerminal = reply is not null,
            ReadReply = () => reply ?? "",
        };
        var exitCode = await CommandLine.RunAsync(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries), host);
        return (exitCode, output.ToString(), errors.ToString());
    }
}
