using Migrator.Inspection;

namespace Migrator.Execution;

/// <summary>Drops Kong's objects in the gateway's schema, for a reset and for <c>bootstrap --force</c>.</summary>
/// <remarks>
/// If other objects, in the schema or elsewhere, would be dropped too, it refuses unless --drop-everything was given. With
/// --drop-everything, it reports these objects before it drops them.
/// </remarks>
internal sealed class SchemaDropping(
    IDatabaseSession session, RunOptions options, LockWaiter waiter, StepRunner runner, TransactionRetry retry, IRunObserver observer)
{
    /// <summary>Reads which objects are not Kong's, and refuses if there are any and --drop-everything was not given.</summary>
    /// <exception cref="MigratorException">There are objects that are not Kong's. Nothing has been changed or locked.</exception>
    public async Task<SchemaContents> RequireNoForeignObjectsAsync(DatabaseFacts facts, CancellationToken cancellationToken)
    {
        var contents = await SchemaContents.ReadAsync(session, facts.Names, cancellationToken);
        return contents.Others.Count == 0 || options.DropEverything ? contents : throw RunErrors.HasForeignObjects(contents, facts);
    }

    /// <summary>Makes one attempt to drop the objects.</summary>
    /// <param name="facts">The facts that the run read.</param>
    /// <param name="cancellationToken">Rolls back.</param>
    /// <returns>Whether they were dropped; if not, the database must be read again.</returns>
    public async Task<bool> TryAsync(DatabaseFacts facts, CancellationToken cancellationToken)
    {
        var contents = await RequireNoForeignObjectsAsync(facts, cancellationToken);
        if (contents.Others.Count > 0)
        {
            observer.DroppingForeignObjects(contents.Others, facts);
        }

        return await retry.ExecuteAsync(
            () => runner.DropAsync(facts, contents, waiter.Dead, retry.Limits, cancellationToken),
            cancellationToken) == AttemptOutcome.Done;
    }
}
