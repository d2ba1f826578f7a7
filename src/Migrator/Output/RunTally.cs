using Migrator.Execution;

namespace Migrator.Output;

/// <summary>Counts what a run has done, for the summary at its end: steps with their times, rows rewritten, warnings about rows.</summary>
internal sealed class RunTally
{
    private readonly Lock gate = new();
    private readonly List<DoneStep> steps = [];
    private (long Rows, int Warnings) attempt;
    private (long Rows, int Warnings) unresolved;

    /// <summary>The steps that were committed, in order.</summary>
    public IReadOnlyList<DoneStep> Steps => steps;

    /// <summary>The rows that were rewritten.</summary>
    public long Rows => steps.Sum(s => s.Rows);

    /// <summary>The warnings of the server during the steps: each is about rows that need attention.</summary>
    public int Warnings { get; private set; }

    /// <summary>The transactions that no synchronous standby has confirmed, although the server should wait for one.</summary>
    public int Unconfirmed { get; set; }

    /// <summary>Counts rows that the step at work has rewritten.</summary>
    public void AddRows(long count)
    {
        lock (gate)
        {
            attempt.Rows += count;
        }
    }

    /// <summary>Counts a warning of the step at work.</summary>
    public void AddWarning()
    {
        lock (gate)
        {
            attempt.Warnings++;
        }
    }

    /// <summary>The attempt at a transaction was rolled back: what it counted does not count.</summary>
    public void RolledBack()
    {
        lock (gate)
        {
            (unresolved, attempt) = (attempt, (0, 0));
        }
    }

    /// <summary>A transaction turned out to be committed after its connection had been lost.</summary>
    public void CommittedAfterAll(IReadOnlyList<MigrationStep> transaction)
    {
        lock (gate)
        {
            attempt = unresolved;
        }

        Done(transaction, TimeSpan.Zero);
    }

    /// <summary>A transaction was committed. Returns the rows that it rewrote.</summary>
    public long Done(IReadOnlyList<MigrationStep> transaction, TimeSpan elapsed)
    {
        lock (gate)
        {
            var (rows, warnings) = attempt;

            // The steps of a bootstrap are one transaction and rewrite no rows; its time is not divided among them.
            steps.AddRange(transaction.Select((step, at) => new DoneStep(step, at == 0 ? elapsed : TimeSpan.Zero, at == 0 ? rows : 0)));
            Warnings += warnings;
            (attempt, unresolved) = ((0, 0), (0, 0));
            return rows;
        }
    }
}

/// <summary>A step that was committed.</summary>
/// <param name="Step">The step.</param>
/// <param name="Elapsed">How long its transaction took; zero for a further step of the same transaction.</param>
/// <param name="Rows">The rows that it rewrote.</param>
internal sealed record DoneStep(MigrationStep Step, TimeSpan Elapsed, long Rows);
