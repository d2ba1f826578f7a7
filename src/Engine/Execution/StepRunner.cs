using System.Data.Common;
using Migrator.Inspection;
using Migrator.Locking;

namespace Migrator.Execution;

/// <summary>Runs steps, each transaction in one message, which ends with its COMMIT.</summary>
/// <remarks>
/// The message takes the lock, compares the ledger with the one that the run read, runs the statements and writes the ledger's new entries.
/// With --save-rows, COMMIT is sent when the rows are on the disk.
/// </remarks>
/// <param name="session">The connection.</param>
/// <param name="options">The options of the run.</param>
/// <param name="row">Our row in <c>locks</c>.</param>
internal sealed class StepRunner(IDatabaseSession session, RunOptions options, OwnLockRow row)
{
    private string? number;
    private string? actsAs;
    private bool hasCommitted;

    /// <summary>Runs steps in one transaction, and commits it.</summary>
    /// <param name="steps">The steps.</param>
    /// <param name="facts">The facts that the run read. If the ledger has changed since, it is a conflict.</param>
    /// <param name="position">The position of the transaction in the run.</param>
    /// <param name="limits">The limits of this attempt.</param>
    /// <param name="cancellationToken">Rolls back.</param>
    /// <returns>The ledger afterwards.</returns>
    /// <exception cref="StepConflictException">Another runner was quicker; the transaction was rolled back.</exception>
    /// <exception cref="StepBlockedException">It did not get its table locks; the transaction was rolled back.</exception>
    /// <exception cref="CommitInDoubtException">The connection was lost; see <see cref="WasCommittedAsync"/>.</exception>
    /// <exception cref="MigratorException">A statement failed; the transaction was rolled back.</exception>
    public async Task<string> RunAsync(
        IReadOnlyList<MigrationStep> steps, DatabaseFacts facts, TransactionPosition position, Limits limits,
        CancellationToken cancellationToken)
    {
        var stepOf = new Dictionary<NpgsqlBatchCommand, MigrationStep>();
        var claims = row.NeedsClaim && !facts.Ledger.IsEmpty;
        var commands = new StepCommands(options with { Limits = limits }, facts, position with { NeedsClaim = claims }).Of(steps, stepOf);
        actsAs = facts.ActsAs;
        row.Begin(facts.Names, tableExists: !facts.Ledger.IsEmpty, facts.ActsAs);
        options.SavedRows?.Begin();
        var ledger = await SendAsync(commands, stepOf, reader => ReadAsync(reader, cancellationToken), cancellationToken);
        options.SavedRows?.Keep();
        hasCommitted = true;
        row.Committed(isReleased: position.IsLast);
        return ledger;
    }

    /// <summary>Drops Kong's objects in the schema, or all objects, in one transaction.</summary>
    /// <param name="facts">The facts that the run read.</param>
    /// <param name="contents">The contents of the schema that the run read.</param>
    /// <param name="dead">A dead migrator whose row is to be replaced; null if there is none.</param>
    /// <param name="limits">The limits of this attempt.</param>
    /// <param name="cancellationToken">Rolls back.</param>
    /// <inheritdoc cref="RunAsync" path="/exception"/>
    public async Task DropAsync(
        DatabaseFacts facts, SchemaContents contents, string? dead, Limits limits, CancellationToken cancellationToken)
    {
        row.Begin(facts.Names, facts.Locks.TableExists);
        var commands = StepCommands.Drop(options with { Limits = limits }, facts, contents, dead);
        await SendAsync(commands, [], _ => Task.FromResult(""), cancellationToken);
        row.Committed(isReleased: true);
    }

    private async Task<string> SendAsync(
        IEnumerable<NpgsqlBatchCommand> commands, Dictionary<NpgsqlBatchCommand, MigrationStep> stepOf,
        Func<DbDataReader, Task<string>> read, CancellationToken cancellationToken)
    {
        number = null;
        try
        {
            await using var heartbeat = row.KeepAlive(options.Limits.Lock);
            return await session.WriteAsync(
                commands, read, heartbeat.Lost, commitsApart: options.SavedRows is not null, cancellationToken);
        }
        catch (Exception e) when (e is CommitInDoubtException || (e is NpgsqlException and not PostgresException && !session.IsOpen))
        {
            if (e is CommitInDoubtException)
            {
                options.SavedRows?.Keep();
            }

            // Before the first transaction is committed, PgBouncer may have closed the connection, and its reason may be lost.
            if (!hasCommitted && await StatementPooling.FindOnAnotherAsync(session, cancellationToken) is { } refusal)
            {
                throw refusal;
            }

            throw;
        }
        catch (PostgresException e) when (StepConflictException.Is(e, StepOf(e, stepOf)))
        {
            // Our row may have been committed, although the rest was rolled back: it is a separate transaction.
            await row.ReleaseAsync();
            throw new StepConflictException(e);
        }
        catch (PostgresException e) when (e.InvariantSeverity == "ERROR")
        {
            var step = StepOf(e, stepOf);
            throw e.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected
                ? new StepBlockedException(step, e)
                : await RefusalDiagnosis.ExplainAsync(
                    session, options.Schema, StepFailure.Explain(e, step), isReading: false, cancellationToken, actsAs);
        }
    }

    private static MigrationStep? StepOf(PostgresException e, Dictionary<NpgsqlBatchCommand, MigrationStep> stepOf) =>
        e.BatchCommand is NpgsqlBatchCommand failed ? stepOf.GetValueOrDefault(failed) : null;

    /// <summary>Whether the last transaction was committed, after its connection broke; null if the server cannot tell.</summary>
    public async Task<bool?> WasCommittedAsync(CancellationToken cancellationToken) => number is null ? null
        : await TransactionOutcome.ReadAsync(session, options.Schema, number, cancellationToken);

    private async Task<string> ReadAsync(DbDataReader reader, CancellationToken cancellationToken)
    {
        do
        {
            if (reader.FieldCount == 0)
            {
                continue;
            }

            var column = reader.GetName(0);
            while (column == OldRows.Columns[0] && await reader.ReadAsync(cancellationToken))
            {
                options.SavedRows?.Add(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3));
            }

            if (column == TransactionOutcome.Column && await reader.ReadAsync(cancellationToken))
            {
                number = reader.GetString(0);
            }
            else if (column == "ledger" && await reader.ReadAsync(cancellationToken))
            {
                options.SavedRows?.Flush();
                return reader.GetString(0);
            }
        }
        while (await reader.NextResultAsync(cancellationToken));

        throw new InvalidOperationException("The transaction ended without the ledger.");
    }
}
