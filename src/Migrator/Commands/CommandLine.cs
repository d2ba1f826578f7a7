using System.CommandLine;
using Migrator.Commands.Hosting;
using Migrator.Errors;
using Migrator.Output;

namespace Migrator.Commands;

/// <summary>Parses the command line and runs the command.</summary>
internal static class CommandLine
{
    /// <summary>Parses the command line and runs the command. A usage error names the option and refers to the help.</summary>
    /// <param name="arguments">The arguments after the name of the program.</param>
    /// <param name="host">The environment that the command runs in.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] arguments, HostEnvironment host)
    {
        HostEnvironment.Current = host;
        var parsed = MigratorCommand.Create().Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is System.CommandLine.Invocation.ParseErrorAction)
        {
            var log = CommandHost.LogForUsageErrors(parsed, host);
            var help = $"See: migrator "
                + $"{(parsed.CommandResult.Command is RootCommand ? "" : parsed.CommandResult.Command.Name + " ")}--help";
            IReadOnlyList<string> errors = parsed switch
            {
                { CommandResult.Command: not RootCommand } => [.. parsed.Errors.Select(e => e.Message)],
                { UnmatchedTokens: [var unknown, ..] } => [$"'{unknown}' is not a command."],
                _ => ["No command was given."],
            };
            foreach (var error in errors)
            {
                log.Write(LogLevel.Error, error, remedy: ReferenceEquals(error, errors[^1]) ? help : null);
            }

            return ExitCode.Failure;
        }

        return await InvokeAsync(parsed, host);
    }

    private static async Task<int> InvokeAsync(ParseResult parsed, HostEnvironment host)
    {
        try
        {
            var exitCode = await parsed.InvokeAsync(host);
            await host.Output.FlushAsync();
            return exitCode;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // CommandHost reports this error for a command. Here the output is the help, the version or a completion.
            CommandHost.LogForUsageErrors(parsed, host).Write(
                LogLevel.Error,
                $"The answer could not be written to stdout: {e.Message.TrimEnd('.')}.",
                remedy: "Free disk space, or redirect stdout.");
            return ExitCode.Failure;
        }
    }
}
