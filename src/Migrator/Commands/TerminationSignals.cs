using System.Runtime.InteropServices;

namespace Migrator.Commands;

/// <summary>Turns Ctrl-C and SIGTERM into a cancellation, and remembers which it was.</summary>
internal sealed class TerminationSignals : IDisposable
{
    private readonly CancellationTokenSource source;
    private readonly List<PosixSignalRegistration> registrations;

    public TerminationSignals(CancellationToken outer)
    {
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
        source.Dispose();
    }

    private void Receive(PosixSignalContext context, string name, int number)
    {
        // A second signal ends the process as it would without us.
        context.Cancel = Received is null;
        Received = (name, number);
        source.Cancel();
    }
}
