using Migrations;
using Migrator.Connecting;
using Migrator.Errors;
using Migrator.Ledger;
using Npgsql;

namespace Migrator.Running;

/// <summary>
/// A run: look at the database, work out the steps, take them, and look again whenever another runner was quicker, until nothing is left.
/// </summary>
internal sealed class MigrationRun(DatabaseSession session, RunOptions options, IReadOnlyList<Subsystem> catalogue, IRunObserver observer)
{
    private readonly StepRunner runner = new(session, options.Schema, options.StatementTimeout);
    private readonly Patience patience = new(options.LockTimeout, options.Time);
    private readonly List<MigrationStep> done = [];
    private bool isForced = options.Force;

    /// <summary>Brings the database where the command wants it.</summary>
    /// <exception cref="MigratorException">It could not; whatever was done before stands, and is recorded.</exception>
    public async Task<RunOutcome> RunAsync(RunKind kind, CancellationToken cancel)
    {
        while (true)
        {
            var facts = await DatabaseReader.ReadAsync(session, options.Schema, cancel);
            if (facts.LockHolder is { } holder)
            {
                observer.WaitingFor(holder);
                await patience.WaitAsync(holder, cancel);
                continue;
            }

            if (kind == RunKind.Bootstrap && isForced && facts.Ledger.Length > 0)
            {
                facts.RequireWritable();
                await SchemaReset.RunAsync(session, options.Schema, facts, cancel);
                observer.Emptied(facts);
                continue;
            }

            var state = SchemaState.From(catalogue, SchemaMeta.Parse(facts.Ledger));
            var steps = isForced && kind != RunKind.Bootstrap ? [.. StepPlanner.Again(state), .. Plan(kind, state)] : Plan(kind, state);
            if (steps.Count == 0)
            {
                return new RunOutcome(done, state, facts);
            }

            facts.RequireWritable();
            await TakeAsync(kind, steps, facts, cancel);
        }
    }

    private static IReadOnlyList<MigrationStep> Plan(RunKind kind, SchemaState state) => kind switch
    {
        RunKind.Bootstrap => state.HasLedger && !state.IsHalfBootstrapped ? [] : StepPlanner.Bootstrap(state),
        RunKind.Up when !state.HasLedger || state.IsHalfBootstrapped => throw Refusals.NeedsBootstrap("up", state),
        RunKind.Up when state is { HasPending: true, HasNew: true } => throw Refusals.NeedsFinish(state),
        RunKind.Up => StepPlanner.Up(state),
        _ when !state.HasLedger => throw Refusals.NeedsBootstrap("finish", state),
        _ => StepPlanner.Finish(state),
    };

    /// <summary>Takes the steps; stops without an error as soon as somebody else has changed the ledger.</summary>
    private async Task TakeAsync(RunKind kind, IReadOnlyList<MigrationStep> steps, DatabaseFacts facts, CancellationToken cancel)
    {
        // Bootstrapping is all or nothing. Otherwise each step is a transaction of its own: locks on tables that a gateway uses are held
        // no longer than they must be, and what is done stays done.
        var transactions = facts.Ledger.Length == 0 ? [steps] : steps.Select(s => (IReadOnlyList<MigrationStep>)[s]);
        observer.Begin(kind, steps.Count, facts);
        try
        {
            foreach (var transaction in transactions)
            {
                var began = options.Time.GetTimestamp();
                var ledger = await runner.RunAsync(transaction, facts, cancel);
                facts = facts with { Ledger = ledger, SchemaExists = true };
                done.AddRange(transaction);
                observer.Done(transaction, options.Time.GetElapsedTime(began));
            }

            // Once is enough; what another runner interrupts is repeated as a whole.
            isForced = false;
        }
        catch (PostgresException e) when (e.SqlState is SchemaLock.Busy or SchemaLock.LedgerChanged)
        {
            // Another runner was quicker: the next look at the database says who, and what is left.
        }
        catch (MigratorException) when (done.Count > 0)
        {
            observer.Stands(done);
            throw;
        }
    }
}
