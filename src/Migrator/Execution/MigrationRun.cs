using Migrations;
using Migrations.Dsl;
using Migrator.Errors;
using Migrator.Inspection;
using Migrator.Ledger;
using Migrator.Locking;
using Migrator.Sessions;
using Npgsql;

namespace Migrator.Execution;

/// <summary>
/// A run: look at the database, work out the steps, take them, and look again whenever another runner was quicker, until nothing is left.
/// </summary>
internal sealed class MigrationRun
{
    private readonly RunOptions options;
    private readonly IReadOnlyList<Subsystem> catalogue;
    private readonly IRunObserver observer;
    private readonly LockWaiter waiter;
    private readonly OwnLockRow row;
    private readonly StepRunner runner;
    private readonly TransactionRetry retry;
    private readonly SchemaEmptying emptying;
    private readonly List<MigrationStep> done = [];
    private IReadOnlyList<MigrationStep> inDoubt = [];
    private bool empties;
    private IReadOnlyList<MigrationStep>? again;

    /// <summary>A run on a connection.</summary>
    public MigrationRun(IDatabaseSession session, RunOptions options, IReadOnlyList<Subsystem> catalogue, IRunObserver observer)
    {
        (this.options, this.catalogue, this.observer) = (options, catalogue, observer);
        empties = options.Force;
        session.OnReconnecting = observer.Reconnecting;
        waiter = new LockWaiter(session, options, observer);
        row = new OwnLockRow(session, options.Name, options.Time);
        runner = new StepRunner(session, options, row);
        retry = new TransactionRetry(session, options, waiter, row, observer);
        emptying = new SchemaEmptying(session, options, waiter, runner, retry, observer);
    }

    /// <summary>Brings the database where the command wants it.</summary>
    /// <exception cref="MigratorException">It could not; whatever was done before stands, and is recorded.</exception>
    public async Task<RunOutcome> RunAsync(RunKind kind, CancellationToken cancellationToken)
    {
        try
        {
            DatabaseFacts? known = null;
            while (true)
            {
                var facts = known ?? await waiter.LookAsync(cancellationToken);
                var state = SchemaState.From(catalogue, facts.Ledger);
                await FindOutAsync(state, cancellationToken);
                empties &= !facts.Ledger.IsEmpty;
                if (kind == RunKind.Bootstrap && empties)
                {
                    await EmptyAsync(facts, cancellationToken);
                    continue;
                }

                var steps = Plan(kind, state, facts);
                if (steps.Count == 0)
                {
                    return new RunOutcome(done, state, facts);
                }

                known = null;
                if (!await waiter.IsStandbyAsync(facts, cancellationToken))
                {
                    facts.RequireWritable();
                    known = await TakeAsync(kind, steps, facts, cancellationToken);
                }
            }
        }
        catch (Exception e) when (done.Count > 0 && e is MigratorException or NpgsqlException or OperationCanceledException)
        {
            observer.PartiallyCompleted(done);
            throw;
        }
        finally
        {
            await row.ReleaseAsync();
        }
    }

    /// <summary>
    /// Which steps share a transaction. Bootstrapping is all or nothing. Otherwise each step has its own: locks on tables that a gateway
    /// uses are held no longer than necessary, and what is committed is kept.
    /// </summary>
    public static IReadOnlyList<IReadOnlyList<MigrationStep>> Transactions(IReadOnlyList<MigrationStep> steps, bool hasLedger) =>
        hasLedger ? [.. steps.Select(s => (IReadOnlyList<MigrationStep>)[s])] : [steps];

    /// <summary>The steps; with --force first the schema part of what was done when the run began, each of them once.</summary>
    private IReadOnlyList<MigrationStep> Plan(RunKind kind, SchemaState state, DatabaseFacts facts)
    {
        facts.RequireLedgerOfTables();
        var steps = RunPlan.Of(kind, state, options.Conf);
        if (!options.Force || kind == RunKind.Bootstrap)
        {
            return steps;
        }

        if (NewerMigrations.In(state, Catalogue.For(GatewayVersion.Newest)) is { Count: > 0 } newer)
        {
            throw Refusals.ForceOnNewer(newer);
        }

        again ??= StepPlanner.Again(state);
        return [.. again.Except(done), .. steps];
    }

    private async Task EmptyAsync(DatabaseFacts facts, CancellationToken cancellationToken)
    {
        facts.RequireWritable();
        if (await emptying.TryAsync(facts, cancellationToken))
        {
            observer.Emptied(facts);
            empties = false;
        }
    }

    /// <summary>Takes the steps; stops without an error as soon as the database has to be looked at again.</summary>
    /// <returns>The database afterwards; null where it has to be looked at again.</returns>
    private async Task<DatabaseFacts?> TakeAsync(
        RunKind kind, IReadOnlyList<MigrationStep> steps, DatabaseFacts facts, CancellationToken cancellationToken)
    {
        var transactions = Transactions(steps, hasLedger: !facts.Ledger.IsEmpty);
        observer.Begin(kind, steps, facts);
        foreach (var transaction in transactions)
        {
            var began = options.Time.GetTimestamp();
            var place = new TransactionPlace(IsLast: transaction == transactions[^1], waiter.Dead);
            var (before, ledger) = (facts, "");
            var outcome = await retry
                .ExecuteAsync(async () => ledger = await runner.RunAsync(transaction, before, place, cancellationToken), cancellationToken);
            if (outcome != AttemptOutcome.Done)
            {
                inDoubt = outcome == AttemptOutcome.InDoubt ? transaction : [];
                return null;
            }

            facts = facts with { Ledger = before.Ledger with { Text = ledger }, SchemaExists = true };
            done.AddRange(transaction);
            observer.Done(transaction, options.Time.GetElapsedTime(began));
        }

        return facts;
    }

    /// <summary>
    /// After a connection that broke at COMMIT: says what became of it. What did not come to pass is among the steps again.
    /// </summary>
    private async Task FindOutAsync(SchemaState state, CancellationToken cancellationToken)
    {
        if (inDoubt.Count == 0)
        {
            return;
        }

        var committed = await runner.WasCommittedAsync(cancellationToken) ?? inDoubt.All(step => RunPlan.IsDone(step, state));
        observer.CommitResolved(inDoubt, committed);
        done.AddRange(committed ? inDoubt : []);
        inDoubt = [];
    }
}
