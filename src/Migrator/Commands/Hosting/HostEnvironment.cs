using System.CommandLine;
using Migrator.Configuration.Files;
using Migrator.Output;

namespace Migrator.Commands.Hosting;

/// <summary>
/// What a command has around it: streams, variables, working directory, clock. The program has those of its process; tests make their own,
/// and run commands without one.
/// </summary>
internal sealed class HostEnvironment : InvocationConfiguration
{
    private static readonly AsyncLocal<HostEnvironment?> Running = new();

    private IReadOnlyDictionary<string, string>? variables;

    /// <summary>What is around this process.</summary>
    public HostEnvironment()
    {
        // Signals are ours (TerminationSignals), and so are exceptions (CommandHost).
        ProcessTerminationTimeout = null;
        EnableDefaultExceptionHandler = false;
        Output = StandardStreams.Output;
        Error = StandardStreams.Error;
    }

    /// <summary>
    /// The environment of the command that is being parsed or run. System.CommandLine asks for default values with nothing in its hands:
    /// only they need this.
    /// </summary>
    public static HostEnvironment Current
    {
        get => Running.Value ??= new HostEnvironment();
        set => Running.Value = value;
    }

    /// <summary>The environment variables.</summary>
    public IReadOnlyDictionary<string, string> Variables
    {
        get => variables ??= ProcessEnvironment.Read();
        init => variables = value;
    }

    /// <summary>What relative paths are relative to.</summary>
    public string WorkingDirectory { get; init; } = Environment.CurrentDirectory;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Whether messages go to a terminal.</summary>
    public bool IsErrorTerminal { get; init; } = !Console.IsErrorRedirected;

    /// <summary>Whether somebody can be asked.</summary>
    public bool IsInputTerminal { get; init; } = !Console.IsInputRedirected;

    /// <summary>Reads a reply of one line.</summary>
    public Func<string> ReadReply { get; init; } = StandardStreams.ReadReply;

    /// <summary>A variable; null where it is unset or empty.</summary>
    public string? Variable(string name) => Variables.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;
}
