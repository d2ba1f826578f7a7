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
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

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
        Task? waits = null;
        try
        {
            await using var second = await session.OpenAnotherAsync(cancellationToken);
            for (var round = 0; round < Rounds; round++)
            {
                var answer = BackendAsync(second, cancellationToken);
                try
                {
                    // A pooler with no session left lets the second wait. If it lent this one, which is idle between two questions, the
                    // second would get it.
                    for (waits = null; await Task.WhenAny(answer, Task.Delay(Pause, cancellationToken)) != answer; waits = answer)
                    {
                        if (await BackendAsync(session, cancellationToken) != backend)
                        {
                            return true;
                        }
                    }

                    if (await answer == backend || await BackendAsync(session, cancellationToken) != backend)
                    {
                        return true;
                    }
                }
                finally
                {
                    await ((Task)answer).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }

            return false;
        }
        catch (MigratorException e) when (!e.IsTransient)
        {
            return true;
        }
        catch (NpgsqlException e) when (e == waits?.Exception?.InnerException && IsWait(e))
        {
            return false;
        }
    }

    private static bool IsWait(NpgsqlException e) => e is PostgresException refusal
        ? PoolerWords.SqlState(refusal) == PostgresErrorCodes.TooManyConnections : e.InnerException is TimeoutException;

    private static Task<int> BackendAsync(IDatabaseSession session, CancellationToken cancellationToken) => session.SendAsync(
        [new NpgsqlBatchCommand("SELECT pg_catalog.pg_backend_pid()")],
        async reader => await reader.ReadAsync(cancellationToken) ? reader.GetInt32(0) : 0,
        Limit,
        cancellationToken);
}
