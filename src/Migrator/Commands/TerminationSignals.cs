using System.Runtime.InteropServices;

namespace Migrator.Commands;

/// <summary>
/// Turns Ctrl-C and SIGTERM into a cancellation, and records which of them arrived. If the process has not ended when the grace period is
/// over, because a server does not respond, it is terminated: the server rolls back when the connection closes.
/// </summary>
internal sealed class TerminationSignals : IDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(1700);

    private readonly CancellationTokenSource source;
    private readonly List<PosixSignalRegistration> registrations;
    private readonly Action<string, int> tooLate;
    private Timer? watchdog;

    /// <summary>Starts listening for signals.</summary>
    /// <param name="tooLate">Called with the signal's name and number when the grace period is over, just before the process ends.</param>
    /// <param name="outer">Another source of cancellation.</param>
    public TerminationSignals(Action<string, int> tooLate, CancellationToken outer)
    {
        this.tooLate = tooLate;
        source = CancellationTokenSource.CreateLinkedTokenSource(outer);
        registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Receive(context, "Ctrl-C", 2)),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Receive(context, "SIGTERM", 15)),
        ];
    }

    /// <summary>The token that the first signal cancels.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>The signal that arrived; null if none has.</summary>
    public (string Name, int Number)? Received { get; private set; }

    public void Dispose()
    {
        registrations.ForEach(r => r.Dispose());
        watchdog?.Dispose();
        source.Dispose();
    }

    private void Receive(PosixSignalContext context, string name, int number)
    {
        // A second signal has its default effect: it ends the process.
        context.Cancel = Received is null;
        Received = (name, number);
        watchdog ??= new Timer(_ => End(name, number), state: null, Grace, Timeout.InfiniteTimeSpan);
        source.Cancel();
    }

    private void End(string name, int number)
    {
        tooLate(name, number);
#pragma warning disable RS0030 // Code that does not respond to the cancellation can only be stopped by ending the process.
        Environment.Exit(Errors.ExitCode.Signal + number);
#pragma warning restore RS0030
    }
}
