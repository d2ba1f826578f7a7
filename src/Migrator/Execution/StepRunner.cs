using System.Data.Common;
using Migrations.Dsl;
using Migrator.Errors;
using Migrator.Inspection;
using Migrator.Locking;
using Migrator.Sessions;
using Npgsql;

namespace Migrator.Execution;

/// <summary>Runs steps, each transaction in one message. Its COMMIT follows after the answer, together with the next transaction.</summary>
/// <remarks>
/// The message takes the lock, compares the ledger with the one that the run read, runs the statements and writes the ledger's new entries.
/// </remarks>
/// <param name="session">The connection.</param>
/// <param name="options">The options of the run.</param>
/// <param name="row">Our row in <c>locks</c>.</param>
internal sealed class StepRunner(IDatabaseSession session, RunOptions options, OwnLockRow row)
{
    private (IReadOnlyList<MigrationStep> Steps, string? Number) answered = ([], null);
    private string? actsAs;

    /// <summary>The steps of the transaction that was last answered: those in doubt, if its connection breaks at COMMIT.</summary>
    public IReadOnlyList<MigrationStep> Answered => answered.Steps;

    /// <summary>Runs steps in one transaction. Unless it is the last one, it is committed during the next call.</summary>
    /// <param name="steps">The steps.</param>
    /// <param name="facts">The facts that the run read. If the ledger has changed since, it is a conflict.</param>
    /// <param name="place">The position of the transaction in the run.</param>
    /// <param name="progress">Hears when the transaction has done its work, and when it is committed.</param>
    /// <param name="cancellationToken">Rolls back.</param>
    /// <returns>The ledger afterwards.</returns>
    /// <exception cref="StepConflictException">Another runner was quicker; the transaction was rolled back.</exception>
    /// <exception cref="StepBlockedException">It did not get its table locks; the transaction was rolled back.</exception>
    /// <exception cref="MigratorException">A statement failed; the transaction was rolled back.</exception>
    public async Task<string> RunAsync(
        IReadOnlyList<MigrationStep> steps, DatabaseFacts facts, TransactionPlace place, TransactionProgress progress,
        CancellationToken cancellationToken)
    {
        var origins = new Dictionary<NpgsqlBatchCommand, MigrationStep>();
        var claims = row.NeedsClaim && !facts.Ledger.IsEmpty;
        var commands = new StepCommands(options, facts, place with { NeedsClaim = claims }).Of(steps, origins).ToArray();
        actsAs = facts.ActsAs;
        row.Begin(facts.Names, tableExists: !facts.Ledger.IsEmpty, facts.ActsAs);
        options.SavedRows?.Begin();

        // A file of rows is kept or given up with its transaction, so that transaction is committed before the next one begins.
        var endsHere = place.IsLast || options.SavedRows is not null;
        var ledger = await SendAsync(origins, hasCommit: claims || answered.Number is not null, heartbeat => session.WriteNextAsync(
            commands,
            async reader =>
            {
                var (after, id) = await LastLedgerAsync(reader, cancellationToken);
                options.SavedRows?.Flush();
                answered = (steps, id);
                progress.Answered();
                heartbeat.Commits();
                return after;
            },
            new NextTransaction(progress.Committed, endsHere, heartbeat.Lost, () => heartbeat.WaitsForStandby), cancellationToken),
            cancellationToken);
        options.SavedRows?.Keep();
        row.Committed(isReleased: place.IsLast);
        return ledger;
    }

    /// <summary>Drops Kong's objects in the schema, or all objects, in one transaction.</summary>
    /// <param name="facts">The facts that the run read.</param>
    /// <param name="contents">The contents of the schema that the run read.</param>
    /// <param name="dead">A dead migrator whose row is to be replaced; null if there is none.</param>
    /// <param name="cancellationToken">Rolls back.</param>
    /// <inheritdoc cref="RunAsync" path="/exception"/>
    public async Task DropAsync(DatabaseFacts facts, SchemaContents contents, string? dead, CancellationToken cancellationToken)
    {
        row.Begin(facts.Names, facts.Locks.TableExists);
        var commands = StepCommands.Drop(options, facts, contents, dead).ToArray();
        await SendAsync(
            [],
            hasCommit: facts.Locks.TableExists,
            heartbeat => session.WriteNextAsync(
                commands,
                _ =>
                {
                    heartbeat.Commits();
                    return Task.FromResult(true);
                },
                new NextTransaction(() => { }, IsLast: true, heartbeat.Lost, () => heartbeat.WaitsForStandby),
                cancellationToken),
            cancellationToken);
        row.Committed(isReleased: true);
    }

    private async Task<T> SendAsync<T>(
        Dictionary<NpgsqlBatchCommand, MigrationStep> origins, bool hasCommit, Func<Heartbeat, Task<T>> send,
        CancellationToken cancellationToken)
    {
        try
        {
            // The COMMIT of our row, or of the transaction before, may travel with this one.
            await using var heartbeat = row.KeepAlive(hasCommit);
            return await send(heartbeat);
        }
        catch (CommitInDoubtException)
        {
            options.SavedRows?.Keep();
            throw;
        }
        catch (NpgsqlException e) when (e is not PostgresException && !session.IsOpen && answered.Number is null)
        {
            // Before the first transaction was answered: PgBouncer may have closed the connection, and its reason may be lost.
            if (await StatementPooling.FindOnAnotherAsync(session, cancellationToken) is { } refusal)
            {
                throw refusal;
            }

            throw;
        }
        catch (PostgresException e) when (StepConflictException.Is(e, StepOf(e, origins)))
        {
            // Our row may have been committed, although the rest was rolled back: it is a separate transaction.
            await row.ReleaseAsync();
            throw new StepConflictException(e);
        }
        catch (PostgresException e) when (e.InvariantSeverity == "ERROR")
        {
            var step = StepOf(e, origins);
            throw e.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected
                ? new StepBlockedException(step, e)
                : await RefusalDiagnosis.ExplainAsync(
                    session, options.Schema, StepFailure.Explain(e, step), isReading: false, cancellationToken, actsAs);
        }
    }

    private static MigrationStep? StepOf(PostgresException e, Dictionary<NpgsqlBatchCommand, MigrationStep> origins) =>
        e.BatchCommand is NpgsqlBatchCommand failed ? origins.GetValueOrDefault(failed) : null;

    /// <summary>
    /// Whether the last transaction was committed, after its connection broke at COMMIT; null if the server cannot tell.
    /// </summary>
    public async Task<bool?> WasCommittedAsync(CancellationToken cancellationToken) => answered.Number is { } number
        ? await TransactionOutcome.ReadAsync(session, options.Schema, number, cancellationToken)
        : null;

    private async Task<(string Ledger, string Number)> LastLedgerAsync(DbDataReader reader, CancellationToken cancellationToken)
    {
        do
        {
            if (reader.FieldCount == OldRows.Columns.Count && reader.GetName(0) == OldRows.Columns[0])
            {
                while (await reader.ReadAsync(cancellationToken))
                {
                    options.SavedRows?.Add(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3));
                }
            }
            else if (reader.FieldCount == 3 && await reader.ReadAsync(cancellationToken) && reader.GetString(0) == "ledger")
            {
                return (reader.GetString(1), reader.GetString(2));
            }
        }
        while (await reader.NextResultAsync(cancellationToken));

        throw new InvalidOperationException("The transaction ended without the ledger.");
    }
}

/// <summary>Hears of the progress of a transaction.</summary>
/// <param name="Answered">It has done its work, and waits for its COMMIT.</param>
/// <param name="Committed">It is committed.</param>
internal sealed record TransactionProgress(Action Answered, Action Committed);
