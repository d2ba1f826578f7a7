using System.CommandLine;
using Migrator.Commands.Hosting;
using Migrator.Commands.Options;
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
        if (MigratorCommand.IsCompletion(arguments))
        {
            return await CompleteAsync(arguments, host);
        }

        var usual = Usual(arguments);
        var parsed = MigratorCommand.CreateFor(usual).Parse(usual, new ParserConfiguration { ResponseFileTokenReplacer = null });
        var isHelpOfNothing = parsed is { Action: HelpText, UnmatchedTokens.Count: > 0 }
            && MigratorCommand.IsRoot(parsed.CommandResult.Command);
        if (parsed.Action is System.CommandLine.Invocation.ParseErrorAction || isHelpOfNothing)
        {
            var messages = CommandHost.MessagesForUsageErrors(parsed, host);
            var errors = UsageErrors.Of(parsed);
            foreach (var error in errors)
            {
                messages.Error(error);
            }

            return WriteUsageError(parsed, host, errors[0]);
        }

        return await InvokeAsync(parsed, host);
    }

    // System.CommandLine throws for a position that is not one of the line, and within a word. A shell that completes is not disturbed.
    private static async Task<int> CompleteAsync(string[] arguments, HostEnvironment host)
    {
        try
        {
            return await MigratorCommand.CreateFor(arguments).Parse(arguments).InvokeAsync(host);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException or InvalidOperationException)
        {
            return ExitCode.Success;
        }
    }

    /// <summary>
    /// Replaces what people type for help and version by the option: nothing, <c>help</c>, <c>help up</c>, <c>version</c>.
    /// </summary>
    private static string[] Usual(string[] arguments) => arguments switch
    {
        [] or ["help"] => ["--help"],
        ["help", .. var command] => [.. command, "--help"],
        ["version"] => ["--version"],
        _ => arguments,
    };

    /// <summary>Writes the error as the answer too, if the answer is JSON.</summary>
    private static int WriteUsageError(ParseResult parsed, HostEnvironment host, MigratorException error)
    {
        var isOneLine = CommandHost.LogsJson(parsed, host);
        if (isOneLine || parsed.GetResult(OutputOptions.Json) is { Implicit: false })
        {
            try
            {
                JsonMembers.Of(("error", Messages.Json(error))).WriteTo(host.Output, isOneLine);
                host.Output.Flush();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // stderr has the error.
            }
        }

        return error.ExitCode;
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
            CommandHost.MessagesForUsageErrors(parsed, host).Error(new MigratorException(
                $"The answer could not be written to stdout: {e.Message.TrimEnd('.')}.",
                "Free disk space, or redirect stdout."));
            return ExitCode.Failure;
        }
    }
}
