using System.CommandLine;
using Migrator.Commands.Hosting;
using Migrator.Commands.Options;
using Migrator.Errors;
using Migrator.Output;
using Migrator.Sessions;
using Npgsql;

namespace Migrator.Commands;

/// <summary>Runs commands: sets up messages and signals, and maps every error to an exit code.</summary>
internal static class CommandHost
{
    /// <summary>Runs a command and returns its exit code.</summary>
    public static async Task<int> RunAsync(
        ParseResult arguments, Func<CommandContext, CancellationToken, Task<int>> run, CancellationToken cancellationToken)
    {
        var host = (HostEnvironment)arguments.InvocationConfiguration;
        var messages = new Messages(LogFor(arguments, host), host.Time);
        using var signals = new TerminationSignals(messages.Interrupted, cancellationToken);
        try
        {
            var context = new CommandContext(arguments, host, messages);
            var exitCode = await run(context, signals.Token);
            WriteOut(context);
            messages.Release();
            return exitCode;
        }
        catch (Exception e) when (signals.Received is { } signal)
        {
            messages.Interrupted(signal.Name);
            messages.Trace(e);
            return ExitCode.Signal + signal.Number;
        }
        catch (MigratorException e)
        {
            return Fail(e);
        }
        catch (NpgsqlException e)
        {
            return Fail(SessionDiagnosis.Explain(e));
        }
#pragma warning disable CA1031 // Every unexpected exception becomes a message and an exit code here.
        catch (Exception e)
#pragma warning restore CA1031
        {
            messages.Unexpected(e);
            messages.Trace(e);
            return ExitCode.Failure;
        }

        int Fail(MigratorException e)
        {
            messages.Error(e);
            messages.Trace(e);
            return e.ExitCode;
        }
    }

    private static void WriteOut(CommandContext context)
    {
        try
        {
            context.Answer.Flush();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw context.AnswerLost(e.Message);
        }
    }

    /// <summary>Creates the log for usage errors, in the requested format as far as a command line with errors shows it.</summary>
    public static LogWriter LogForUsageErrors(ParseResult arguments, HostEnvironment host)
    {
        var format = arguments.GetResult(OutputOptions.LogFormat) is { Implicit: false, Tokens: [var given, ..] }
            ? given.Value
            : host.Variable("MIGRATOR_LOG_FORMAT");
        return new LogWriter(host.Error, LogLevel.Info, format == "json", WantsColour(host), host.Time);
    }

    private static LogWriter LogFor(ParseResult arguments, HostEnvironment host)
    {
        var least = arguments.GetValue(OutputOptions.VeryVerbose) ? LogLevel.Debug
            : arguments.GetValue(OutputOptions.Verbose) ? LogLevel.Detail
            : arguments.GetValue(OutputOptions.Quiet) ? LogLevel.Warning
            : LogLevel.Info;
        return new LogWriter(
            host.Error,
            least,
            arguments.GetValue(OutputOptions.LogFormat) == "json",
            WantsColour(host),
            host.Time,
            CanDraw(host));
    }

    /// <summary>Whether to colour messages: only on a terminal, and only if NO_COLOR is not set (https://no-color.org).</summary>
    private static bool WantsColour(HostEnvironment host) => CanDraw(host) && host.Variable("NO_COLOR") is null;

    private static bool CanDraw(HostEnvironment host) => host.IsErrorTerminal && host.Variable("TERM") is not (null or "dumb");
}
