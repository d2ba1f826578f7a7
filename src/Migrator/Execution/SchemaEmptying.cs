using Migrator.Errors;
using Migrator.Inspection;
using Migrator.Sessions;

namespace Migrator.Execution;

/// <summary>
/// Drops what is Kong's in the gateway's schema, for a reset and for <c>bootstrap --force</c>. If there is anything of others, in the
/// schema or elsewhere, that would go with it, nothing is done unless --drop-everything was given; and then it is told before it is
/// dropped.
/// </summary>
internal sealed class SchemaEmptying(
    IDatabaseSession session, RunOptions options, LockWaiter waiter, StepRunner runner, TransactionRetry retry, IRunObserver observer)
{
    /// <summary>Reads what is there of others, and refuses where that is not to be dropped.</summary>
    /// <exception cref="MigratorException">There is something of others. Nothing has been changed or locked.</exception>
    public async Task<SchemaContents> RequireOnlyKongsAsync(DatabaseFacts facts, CancellationToken cancellationToken)
    {
        var contents = await SchemaContents.ReadAsync(session, facts.Names, cancellationToken);
        return contents.Others.Count == 0 || options.DropEverything ? contents : throw Refusals.NotOnlyKongs(contents, facts);
    }

    /// <summary>Makes one attempt to drop it.</summary>
    /// <param name="facts">The database as the run saw it.</param>
    /// <param name="cancellationToken">Rolls back.</param>
    /// <returns>Whether it was dropped; if not, the database has to be looked at again.</returns>
    public async Task<bool> TryAsync(DatabaseFacts facts, CancellationToken cancellationToken)
    {
        var contents = await RequireOnlyKongsAsync(facts, cancellationToken);
        if (contents.Others.Count > 0)
        {
            observer.DroppingOthers(contents.Others, facts);
        }

        return await retry.ExecuteAsync(
            () => runner.EmptyAsync(facts, contents, waiter.Dead, cancellationToken), cancellationToken) == AttemptOutcome.Done;
    }
}
