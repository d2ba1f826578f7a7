using Migrations;
using Migrator.Inspection;
using Migrator.Ledger;
using Migrator.Resilience;

namespace Migrator.Rollout;

/// <summary>Waits until another run has migrated a database, for <c>wait</c>.</summary>
/// <param name="connect">Connects to the database.</param>
/// <param name="schema">pg_schema; null for the server's current schema.</param>
/// <param name="subsystems">The subsystems of the target version.</param>
/// <param name="observer">Hears what is waited for.</param>
internal sealed class ReadinessWait(
    Func<CancellationToken, Task<DatabaseSession>> connect, string? schema, IReadOnlyList<Subsystem> subsystems,
    IReadinessObserver observer)
{
    /// <summary>Waits.</summary>
    /// <param name="needed">What the gateway needs.</param>
    /// <param name="limit">The time limit.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The database, ready or as it was when the time was over.</returns>
    public async Task<(SchemaState State, DatabaseFacts Facts)> WaitAsync(
        Readiness needed, TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        var backoff = new Backoff(limit, TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(5), time);
        backoff.Start();
        DatabaseSession? session = null;
        try
        {
            while (true)
            {
                try
                {
                    session ??= await connect(cancellationToken);
                    var facts = await DatabaseReader.ReadAsync(session, schema, cancellationToken);
                    facts.RequireLedgerOfTables();
                    var state = SchemaState.From(subsystems, facts.Ledger);
                    if (state.IsReady(needed) || backoff.IsOver)
                    {
                        return (state, facts);
                    }

                    observer.WaitingForMigrations(facts.Database, StateAdvice.Of(state));
                }
                catch (MigratorException e) when (IsMissing(e) && !backoff.IsOver)
                {
                    observer.WaitingForDatabase(e, limit);
                }
                catch (NpgsqlException e) when (IsTransient(e) && !backoff.IsOver)
                {
                    // A table that a run has locked can be read afterwards.
                }

                if (session is { IsOpen: false })
                {
                    await session.DisposeAsync();
                    session = null;
                }

                await backoff.PauseAsync(cancellationToken);
            }
        }
        finally
        {
            if (session is not null)
            {
                await session.DisposeAsync();
            }
        }
    }

    // The database may be created by another container that is not done yet.
    private static bool IsMissing(MigratorException error) =>
        error.IsTransient || error.Find<PostgresException>()?.SqlState == PostgresErrorCodes.InvalidCatalogName;

    private static bool IsTransient(NpgsqlException error) =>
        SessionErrors.IsTransient(error) || error is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable };
}

/// <summary>Hears what a wait waits for.</summary>
internal interface IReadinessObserver
{
    /// <summary>The database is not where a gateway needs it yet.</summary>
    void WaitingForMigrations(string database, StateAdvice advice);

    /// <summary>The database cannot be connected to yet.</summary>
    void WaitingForDatabase(MigratorException reason, TimeSpan limit);
}
