using System.CommandLine;
using Migrator.Commands.Hosting;
using Migrator.Commands.Options;
using Migrator.Output;

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
        var context = new CommandContext(arguments, host, messages);
        TerminationSignals? signals = null;
        try
        {
            ProcessLimits.Require();
            signals = new TerminationSignals((name, number) => messages.Error(Messages.Interruption(name, number)), cancellationToken);
            var exitCode = await run(context, signals.Token);
            WriteOut(context);
            messages.Release();
            return exitCode;
        }
        catch (Exception e) when (signals?.Received is { } signal)
        {
            return Fail(Messages.Interruption(signal.Name, signal.Number), e);
        }
        catch (MigratorException e)
        {
            return Fail(e, e);
        }
        catch (NpgsqlException e)
        {
            return Fail(SessionDiagnosis.Explain(e), e);
        }
#pragma warning disable CA1031 // Every unexpected exception becomes a message and an exit code here.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return Fail(OpenFiles.IsReasonOf(e) ? OpenFiles.TooFew(e) : Messages.Unexpected(e), e);
        }
        finally
        {
            signals?.Dispose();
        }

        int Fail(MigratorException error, Exception e)
        {
            messages.Error(error);
            messages.Trace(e);
            context.TryWriteError(error);
            return error.ExitCode;
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

    /// <summary>Creates the messages for usage errors, in the requested format as far as a command line with errors shows it.</summary>
    public static Messages MessagesForUsageErrors(ParseResult arguments, HostEnvironment host) =>
        new(new LogWriter(host.Error, LogLevel.Info, LogsJson(arguments, host), host.ColoursErrors, host.Time), host.Time);

    /// <summary>Whether messages are JSON, as far as a command line with errors shows it.</summary>
    public static bool LogsJson(ParseResult arguments, HostEnvironment host)
    {
        // The result has no value of the option if the command is not known.
        var words = arguments.Tokens.Select(token => token.Value).SkipWhile(word => word != OutputOptions.LogFormat.Name).Skip(1);
        return (words.FirstOrDefault() ?? host.Variable("MIGRATOR_LOG_FORMAT")) == "json";
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
            host.ColoursErrors,
            host.Time,
            host.IsErrorTerminal && host.CanDraw);
    }
}
