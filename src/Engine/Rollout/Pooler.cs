namespace Migrator.Rollout;

/// <summary>Finds out whether a pooler lends the server's sessions to its clients in turn (PgBouncer: pool_mode = transaction).</summary>
/// <remarks>
/// Then a gateway's session may be the one that is looked from, under our application name, and no gateway is seen. A pooler makes up the
/// process number that it gives at the login. One that gives each client a session of its own keeps that session for it.
/// </remarks>
/// <param name="session">The connection.</param>
internal sealed class Pooler(IDatabaseSession session)
{
    private const int Rounds = 10;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private (int Login, int Backend) known;

    /// <summary>Whether it does; once found, it stays so.</summary>
    public bool Shares { get; private set; }

    /// <summary>Notes which server process has answered on the connection.</summary>
    public async Task NoteAsync(int backend, CancellationToken cancellationToken)
    {
        var now = (session.ProcessId, backend);
        if (Shares || backend == session.ProcessId || now == known)
        {
            return;
        }

        Shares = known.Login == session.ProcessId || await LendsAsync(backend, cancellationToken);
        known = now;
    }

    // If no second session is allowed, to compare with, it is not known, which is as bad. A session that is lost is another look's.
    private async Task<bool> LendsAsync(int backend, CancellationToken cancellationToken)
    {
        try
        {
            await using var second = await session.OpenAnotherAsync(cancellationToken);
            for (var round = 0; round < Rounds; round++)
            {
                if (await BackendAsync(second, cancellationToken) == backend || await BackendAsync(session, cancellationToken) != backend)
                {
                    return true;
                }
            }

            return false;
        }
        catch (MigratorException e) when (!e.IsTransient)
        {
            return true;
        }
    }

    private static Task<int> BackendAsync(IDatabaseSession session, CancellationToken cancellationToken) => session.SendAsync(
        [new NpgsqlBatchCommand("SELECT pg_catalog.pg_backend_pid()")],
        async reader => await reader.ReadAsync(cancellationToken) ? reader.GetInt32(0) : 0,
        Limit,
        cancellationToken);
}
