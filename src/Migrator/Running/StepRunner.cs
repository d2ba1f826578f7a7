using Migrations;
using Migrator.Connecting;
using Migrator.Errors;
using Migrator.Ledger;
using Npgsql;

namespace Migrator.Running;

/// <summary>
/// Runs steps: each transaction is one message to the server with everything in it, the lock, the look at the ledger, the statements and
/// the ledger's new entries, and then the commit. It happens as a whole or not at all.
/// </summary>
internal sealed class StepRunner(DatabaseSession session, RunOptions options)
{
    /// <summary>Several times within the moment after which others take us for dead.</summary>
    private static readonly TimeSpan BetweenRenewals = RunnerLiveness.BetweenTransactions / 4;

    private bool needsClaim = true;
    private bool mayHoldRow;
    private GatewaySchema? names;
    private string? transactionNumber;

    /// <summary>Runs steps in one transaction.</summary>
    /// <param name="steps">The steps.</param>
    /// <param name="facts">The database as the run saw it. If its ledger has changed since, nothing happens.</param>
    /// <param name="place">Where the transaction stands in the run.</param>
    /// <param name="cancellationToken">Rolls back.</param>
    /// <returns>The ledger afterwards.</returns>
    /// <exception cref="StepConflictException">Somebody else was quicker; nothing of this transaction is left.</exception>
    /// <exception cref="StepBlockedException">It did not get its locks on tables; nothing of this transaction is left.</exception>
    /// <exception cref="MigratorException">A statement failed; nothing of this transaction is left.</exception>
    public async Task<string> RunAsync(
        IReadOnlyList<MigrationStep> steps, DatabaseFacts facts, TransactionPlace place, CancellationToken cancellationToken)
    {
        var origins = new Dictionary<NpgsqlBatchCommand, MigrationStep>();
        var commands = new StepCommands(options, facts, place with { NeedsClaim = needsClaim }).Of(steps, origins).ToArray();
        (needsClaim, mayHoldRow, names) = (true, facts.Ledger.Length > 0, facts.Names);
        transactionNumber = null;
        var ledger = await SendAsync(commands, origins, async reader =>
        {
            var after = await LastLedgerAsync(reader, cancellationToken);
            return after != facts.Ledger || steps.All(s => s.IsRepeated) ? after : throw Refusals.LedgerTakesNothing(facts);
        }, cancellationToken);
        mayHoldRow &= !place.IsLast;
        needsClaim = !mayHoldRow;
        return ledger;
    }

    /// <summary>Drops what is Kong's in the schema, or everything, in one transaction.</summary>
    /// <param name="facts">The database as the run saw it.</param>
    /// <param name="contents">What was seen of others in the schema.</param>
    /// <param name="dead">A migrator that died, and whose row is to be replaced; null for none.</param>
    /// <param name="cancellationToken">Rolls back.</param>
    /// <inheritdoc cref="RunAsync" path="/exception"/>
    public async Task EmptyAsync(DatabaseFacts facts, SchemaContents contents, string? dead, CancellationToken cancellationToken)
    {
        (needsClaim, mayHoldRow, names) = (true, facts.LocksExist, facts.Names);
        await SendAsync([.. StepCommands.Emptying(options, facts, contents, dead)], [], _ => Task.FromResult(true), cancellationToken);
        mayHoldRow = false;
    }

    private async Task<T> SendAsync<T>(
        IReadOnlyList<NpgsqlBatchCommand> commands, Dictionary<NpgsqlBatchCommand, MigrationStep> origins, Func<NpgsqlDataReader,
            Task<T>> read, CancellationToken cancellationToken)
    {
        try
        {
            await using var heartbeat = new Heartbeat(session, options, names!, Heartbeat.Period);
            return await session.WriteAsync(commands, read, cancellationToken);
        }
        catch (PostgresException e) when (StepConflictException.Is(e, StepOf(e, origins)))
        {
            // Our row may be in although the rest was refused. Others would have to find out that nobody works behind it.
            await AbandonAsync();
            mayHoldRow = false;
            throw new StepConflictException(e);
        }
        catch (PostgresException e) when (e.InvariantSeverity == "ERROR")
        {
            var step = StepOf(e, origins);
            throw e.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected
                ? new StepBlockedException(step, e)
                : StepFailure.Explain(e, step);
        }
    }

    /// <summary>
    /// Waits, and shows meanwhile, by renewing our row in <c>locks</c>, that it is not a dead migrator's (see
    /// <see cref="RunnerLiveness"/>). Best effort: the next look tells what became of the row.
    /// </summary>
    public async Task HoldRowAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        var began = options.Time.GetTimestamp();
        for (var left = pause; left > TimeSpan.Zero; left = pause - options.Time.GetElapsedTime(began))
        {
            await Task.Delay(left < BetweenRenewals ? left : BetweenRenewals, options.Time, cancellationToken);
            if (mayHoldRow)
            {
                await TryRenewAsync(cancellationToken);
            }
        }
    }

    private async Task TryRenewAsync(CancellationToken cancellationToken)
    {
        try
        {
            await TouchAsync(KongLock.Renew(names!), cancellationToken);
        }
        catch (Exception e) when (e is NpgsqlException or MigratorException)
        {
            // There is no table any more, or no server just now.
        }
    }

    /// <summary>
    /// Takes our row out of <c>locks</c>, where a run ends before its last step. Best effort: a row that stays is taken over, or runs out.
    /// </summary>
    public async Task ReleaseAsync()
    {
        // After a signal there are two seconds for everything.
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
        try
        {
            if (!session.IsOpen)
            {
                // Npgsql closes the connection after some errors, a full disk for one.
                await session.ReconnectAsync(TimeSpan.Zero, limit.Token);
            }

            await TouchAsync(KongLock.Release(names!), limit.Token);
        }
        catch (Exception e) when (e is NpgsqlException or OperationCanceledException or MigratorException)
        {
            // Whatever ended the run is what there is to say.
        }
    }

    /// <summary>The same, if the run has put it there.</summary>
    public Task AbandonAsync() => mayHoldRow ? ReleaseAsync() : Task.CompletedTask;

    private Task<bool> TouchAsync(string row, CancellationToken cancellationToken) => session.ReadAsync(
        [
            .. TransactionSql.BeginWriting(names!.Name, new Limits()),
            KongLock.Introduce(options.Name),
            new NpgsqlBatchCommand(row),
            TransactionSql.Commit,
        ],
        _ => Task.FromResult(true),
        cancellationToken);

    private static MigrationStep? StepOf(PostgresException e, Dictionary<NpgsqlBatchCommand, MigrationStep> origins) =>
        e.BatchCommand is NpgsqlBatchCommand failed ? origins.GetValueOrDefault(failed) : null;

    /// <summary>
    /// Whether the last transaction was committed, where its connection broke at COMMIT; null where the server does not know.
    /// </summary>
    public async Task<bool?> WasCommittedAsync(CancellationToken cancellationToken) => transactionNumber is { } number
        ? await TransactionOutcome.ReadAsync(session, options.Schema, number, cancellationToken)
        : null;

    private async Task<string> LastLedgerAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        do
        {
            if (reader.FieldCount == 3 && await reader.ReadAsync(cancellationToken) && reader.GetString(0) == "ledger")
            {
                transactionNumber = reader.GetString(2);
                return reader.GetString(1);
            }
        }
        while (await reader.NextResultAsync(cancellationToken));

        throw new InvalidOperationException("The transaction ended without the ledger.");
    }
}
