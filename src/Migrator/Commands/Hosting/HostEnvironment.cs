using System.CommandLine;
using Migrator.Configuration.Files;
using Migrator.Output;

namespace Migrator.Commands.Hosting;

/// <summary>
/// The environment that a command runs in: streams, variables, working directory, clock. The program uses those of its process. Tests
/// supply their own, to run commands without a separate process.
/// </summary>
internal sealed class HostEnvironment : InvocationConfiguration
{
    private static readonly AsyncLocal<HostEnvironment?> Running = new();

    private IReadOnlyDictionary<string, string>? variables;

    /// <summary>Creates the environment of this process.</summary>
    public HostEnvironment()
    {
        // TerminationSignals handles signals, and CommandHost handles exceptions.
        ProcessTerminationTimeout = null;
        EnableDefaultExceptionHandler = false;
        Output = StandardStreams.Output;
        Error = StandardStreams.Error;
    }

    /// <summary>
    /// The environment of the command that is being parsed or run. Only the factories of default values need it: System.CommandLine passes
    /// them no context.
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

    /// <summary>The directory that relative paths start at.</summary>
    public string WorkingDirectory { get; init; } = Files.WorkingDirectory.Find();

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Whether stderr is a terminal.</summary>
    public bool IsErrorTerminal { get; init; } = !Console.IsErrorRedirected;

    /// <summary>Whether stdout is a terminal.</summary>
    public bool IsOutputTerminal { get; init; } = !Console.IsOutputRedirected;

    /// <summary>Whether to colour the answer: only on a terminal, and only if NO_COLOR is not set (https://no-color.org).</summary>
    public bool ColoursOutput => IsOutputTerminal && CanDraw && WantsColour;

    /// <summary>Whether to colour messages.</summary>
    public bool ColoursErrors => IsErrorTerminal && CanDraw && WantsColour;

    /// <summary>Whether the terminal can redraw a line.</summary>
    public bool CanDraw => Variable("TERM") is not (null or "dumb");

    private bool WantsColour => Variable("NO_COLOR") is null;

    /// <summary>Whether stdin is a terminal, so that the user can be asked.</summary>
    public bool IsInputTerminal { get; init; } = !Console.IsInputRedirected;

    /// <summary>Reads the user's reply, one line.</summary>
    public Func<string> ReadReply { get; init; } = StandardStreams.ReadReply;

    /// <summary>Returns an environment variable; null if it is unset or empty.</summary>
    public string? Variable(string name) => Variables.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;
}
