using System.CommandLine;
using Migrator.Errors;

namespace Migrator.Commands;

/// <summary>From the words of the command line to an exit code.</summary>
internal static class CommandLine
{
    /// <summary>Parses and runs. A usage error names the option, and says where the help is.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var parsed = MigratorCommand.Create().Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is System.CommandLine.Invocation.ParseErrorAction)
        {
            foreach (var error in parsed.Errors)
            {
                await Console.Error.WriteLineAsync("error: " + error.Message);
            }

            var command = parsed.CommandResult.Command;
            await Console.Error.WriteLineAsync($"See: migrator {(command is RootCommand ? "" : command.Name + " ")}--help");
            return ExitCode.Failure;
        }

        // Signals are ours (TerminationSignals), and so are exceptions (CommandHost).
        return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false });
    }
}
