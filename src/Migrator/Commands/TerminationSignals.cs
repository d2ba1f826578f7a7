using System.Runtime.InteropServices;

namespace Migrator.Commands;

/// <summary>
/// Turns Ctrl-C and SIGTERM into a cancellation, and remembers which it was. What has not ended by itself shortly after, because a server
/// does not answer, is ended: the server rolls back when the connection is gone.
/// </summary>
internal sealed class TerminationSignals : IDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(1700);

    private readonly CancellationTokenSource source;
    private readonly List<PosixSignalRegistration> registrations;
    private readonly Action<string> tooLate;
    private Timer? watchdog;

    /// <summary>Begins to listen.</summary>
    /// <param name="tooLate">Hears that the time after a signal is over, right before the process ends.</param>
    /// <param name="outer">Another reason to cancel.</param>
    public TerminationSignals(Action<string> tooLate, CancellationToken outer)
    {
        this.tooLate = tooLate;
        source = CancellationTokenSource.CreateLinkedTokenSource(outer);
        registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Receive(context, "Ctrl-C", 2)),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Receive(context, "SIGTERM", 15)),
        ];
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>The signal that came; null as long as none did.</summary>
    public (string Name, int Number)? Received { get; private set; }

    public void Dispose()
    {
        registrations.ForEach(r => r.Dispose());
        watchdog?.Dispose();
        source.Dispose();
    }

    private void Receive(PosixSignalContext context, string name, int number)
    {
        // A second signal ends the process as it would without us.
        context.Cancel = Received is null;
        Received = (name, number);
        watchdog ??= new Timer(_ => End(name, number), state: null, Grace, Timeout.InfiniteTimeSpan);
        source.Cancel();
    }

    private void End(string name, int number)
    {
        tooLate(name);
#pragma warning disable RS0030 // Whoever hangs too long to see the cancellation cannot be thrown out of otherwise.
        Environment.Exit(Errors.ExitCode.Signal + number);
#pragma warning restore RS0030
    }
}
