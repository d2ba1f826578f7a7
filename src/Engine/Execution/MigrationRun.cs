using Migrations;
using Migrator.Inspection;
using Migrator.Ledger;
using Migrator.Locking;

namespace Migrator.Execution;

/// <summary>
/// A run: reads the database, plans the steps and runs them, until none is left. If another runner changed the ledger, it starts again.
/// </summary>
internal sealed class MigrationRun
{
    private readonly RunOptions options;
    private readonly IReadOnlyList<Subsystem> catalogue;
    private readonly IRunObserver observer;
    private readonly IDatabaseSession session;
    private readonly LockWaiter waiter;
    private readonly OwnLockRow row;
    private readonly StepRunner runner;
    private readonly TransactionRetry retry;
    private readonly SchemaDropping dropping;
    private readonly List<MigrationStep> done = [];
    private IReadOnlyList<MigrationStep> unresolved = [];
    private IReadOnlyList<MigrationStep> lost = [];
    private bool dropsFirst;
    private IReadOnlyList<MigrationStep>? reapplied;
    private bool hasBegun;
    private string? actsAs;
    private DatabaseFacts? known;

    /// <summary>Creates a run on a connection.</summary>
    public MigrationRun(IDatabaseSession session, RunOptions options, IReadOnlyList<Subsystem> catalogue, IRunObserver observer)
    {
        (this.session, this.options, this.catalogue, this.observer) = (session, options, catalogue, observer);
        dropsFirst = options.Force;
        session.OnReconnecting = observer.Reconnecting;
        waiter = new LockWaiter(session, options, observer);
        row = new OwnLockRow(session, options.Name, options.Time, observer.WaitingForStandby, observer.WaitingForTable);
        runner = new StepRunner(session, options, row);
        retry = new TransactionRetry(session, options, waiter, row, observer);
        dropping = new SchemaDropping(session, options, waiter, runner, retry, observer);
    }

    /// <summary>Reads the database and plans, for what has to be asked before a run. The run then begins with what was read.</summary>
    /// <exception cref="MigratorException">The run would be refused.</exception>
    public async Task<RunPreview> PreviewAsync(RunKind kind, CancellationToken cancellationToken)
    {
        while (true)
        {
            var facts = await waiter.WaitUntilFreeAsync(cancellationToken);
            var state = SchemaState.From(catalogue, facts.Ledger);
            var steps = Plan(kind, state, facts);
            if (steps.Count > 0 && await waiter.IsStandbyAsync(facts, cancellationToken))
            {
                continue;
            }

            if (steps.Count > 0)
            {
                facts.RequireWritable();
            }

            known = facts;
            return new RunPreview(facts, state, steps);
        }
    }

    /// <summary>Brings the database to the state that the command asks for.</summary>
    /// <exception cref="MigratorException">A step failed; the steps committed before it are kept and recorded.</exception>
    public async Task<RunOutcome> RunAsync(RunKind kind, CancellationToken cancellationToken)
    {
        try
        {
            DatabaseFacts? before = null;
            while (true)
            {
                var facts = known ?? await waiter.WaitUntilFreeAsync(cancellationToken);
                before ??= facts;
                var state = SchemaState.From(catalogue, facts.Ledger);
                await ResolveCommitAsync(state, cancellationToken);
                dropsFirst &= !facts.Ledger.IsEmpty;
                if (kind == RunKind.Bootstrap && dropsFirst)
                {
                    await DropAsync(facts, cancellationToken);
                    actsAs = facts.ActsAs;
                    continue;
                }

                // The owner of what was dropped is that of what is made again.
                facts = facts.Ledger.IsEmpty && actsAs is not null ? facts with { ActsAs = actsAs } : facts;

                var steps = Plan(kind, state, facts);
                known = null;
                if (steps.Count > 0)
                {
                    if (await waiter.IsStandbyAsync(facts, cancellationToken))
                    {
                        continue;
                    }

                    facts.RequireWritable();
                }

                // While it waited, another runner may have left steps.
                if ((steps.Count > 0 || done.Count == 0) && options.Barrier is { } barrier && await barrier(cancellationToken))
                {
                    continue;
                }

                if (steps.Count == 0)
                {
                    return new RunOutcome(done, state, before, facts);
                }

                known = await RunStepsAsync(kind, steps, facts, cancellationToken);
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

    /// <summary>Groups the steps by transaction: a bootstrap is one transaction, otherwise each step is its own.</summary>
    /// <remarks>Locks on tables that a gateway uses are then held as briefly as possible, and committed steps are kept.</remarks>
    public static IReadOnlyList<IReadOnlyList<MigrationStep>> Transactions(IReadOnlyList<MigrationStep> steps, bool hasLedger) =>
        hasLedger ? [.. steps.Select(s => (IReadOnlyList<MigrationStep>)[s])] : [steps];

    /// <summary>The steps of the command; with --force, first the steps that were done when the run began, once each.</summary>
    private IReadOnlyList<MigrationStep> Plan(RunKind kind, SchemaState state, DatabaseFacts facts)
    {
        facts.RequireLedgerOfTables();
        var steps = RunPlan.Of(kind, state, facts.Database, options.Conf);
        if (!options.Force || kind == RunKind.Bootstrap)
        {
            return steps;
        }

        if (NewerMigrations.In(state, Catalogue.For(GatewayVersion.Newest)) is { Count: > 0 } newer)
        {
            throw RunErrors.ForceOnNewer(newer);
        }

        reapplied ??= StepPlanner.Reapply(state);
        return [.. reapplied.Except(done), .. steps];
    }

    private async Task DropAsync(DatabaseFacts facts, CancellationToken cancellationToken)
    {
        facts.RequireWritable();
        if (await dropping.TryAsync(facts, cancellationToken))
        {
            observer.Dropped(facts);
            dropsFirst = false;
        }
    }

    /// <summary>Runs the steps; stops without an error as soon as the database must be read again.</summary>
    /// <returns>The facts afterwards; null if the database must be read again.</returns>
    private async Task<DatabaseFacts?> RunStepsAsync(
        RunKind kind, IReadOnlyList<MigrationStep> steps, DatabaseFacts facts, CancellationToken cancellationToken)
    {
        var transactions = Transactions(steps, hasLedger: !facts.Ledger.IsEmpty);
        await BeforeFirstStepAsync(facts, cancellationToken);
        observer.Begin(kind, steps, facts);
        foreach (var transaction in transactions)
        {
            var began = options.Time.GetTimestamp();
            var position = new TransactionPosition(IsLast: transaction == transactions[^1], waiter.Dead);
            var (before, ledger) = (facts, "");
            var outcome = await retry.ExecuteAsync(
                async () => ledger = await runner.RunAsync(transaction, before, position, retry.Limits, cancellationToken),
                cancellationToken);
            if (outcome != AttemptOutcome.Done)
            {
                unresolved = outcome == AttemptOutcome.InDoubt ? transaction : [];
                return null;
            }

            done.AddRange(transaction);
            observer.Done(transaction, options.Time.GetElapsedTime(began));
            facts = facts with { Ledger = before.Ledger with { Text = ledger }, SchemaExists = true };
        }

        return facts;
    }

    private async Task BeforeFirstStepAsync(DatabaseFacts facts, CancellationToken cancellationToken)
    {
        if (hasBegun)
        {
            return;
        }

        hasBegun = true;
        if (await BlueGreenDeployment.ReadAsync(session, facts, cancellationToken) is { Length: > 0 } parts)
        {
            observer.BlueGreen(parts);
        }
    }

    /// <summary>
    /// After the connection broke: finds out whether the transaction was committed. If not, its steps are planned again, once: what ends
    /// the server each time is not tried for ever.
    /// </summary>
    private async Task ResolveCommitAsync(SchemaState state, CancellationToken cancellationToken)
    {
        if (unresolved.Count == 0)
        {
            return;
        }

        var committed = await runner.WasCommittedAsync(cancellationToken)
            ?? unresolved.All(step => !step.IsReapplied && RunPlan.IsDone(step, state));
        observer.CommitResolved(unresolved, committed);
        if (!committed && unresolved.SequenceEqual(lost))
        {
            throw retry.Loss!;
        }

        done.AddRange(committed ? unresolved : []);
        (lost, unresolved) = (unresolved, []);
    }
}

/// <summary>What a run would begin with.</summary>
/// <param name="Facts">The database.</param>
/// <param name="State">Its state.</param>
/// <param name="Steps">The steps.</param>
internal sealed record RunPreview(DatabaseFacts Facts, SchemaState State, IReadOnlyList<MigrationStep> Steps);
