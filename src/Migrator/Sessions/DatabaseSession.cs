using System.Data;
using System.Data.Common;
using Migrator.Resilience;
using Npgsql;

namespace Migrator.Sessions;

/// <summary>A session on an Npgsql connection.</summary>
/// <remarks>No batch relies on session state, so a pooler may change the server process between transactions.</remarks>
/// <param name="source">The source of connections, which the session disposes.</param>
/// <param name="connection">The connection.</param>
/// <param name="connect">Opens another connection, and retries at least for the given time.</param>
internal sealed class DatabaseSession(
    NpgsqlDataSource source, NpgsqlConnection connection, Func<TimeSpan, CancellationToken, Task<NpgsqlConnection>> connect)
        : IDatabaseSession
{
    private const int MostReconnections = 5;
    private const int MostOpenings = 8;

    private static readonly Task Never = new TaskCompletionSource().Task;

    private NpgsqlConnection connection = connection;
    private bool hasAnswered;
    private bool isDiscarded;
    private Exception? lost;
    private int reconnections;
    private WaitingCommit? waiting;

    /// <summary>Receives the server's notices and warnings (RAISE WARNING).</summary>
    public Action<PostgresNotice>? OnNotice { get; set; }

    /// <summary>Receives why the first read is repeated, and how long it may be.</summary>
    public Action<NpgsqlException, TimeSpan>? OnFirstFailure { get; set; }

    /// <inheritdoc />
    public Action<string>? OnReconnecting { get; set; }

    /// <inheritdoc />
    public ServerLimits Limits { get; set; } = new();

    /// <inheritdoc />
    public bool IsOpen => !isDiscarded && connection.FullState.HasFlag(ConnectionState.Open);

    /// <inheritdoc />
    public int ProcessId => IsOpen ? connection.ProcessID : 0;

    /// <inheritdoc />
    public bool MayReconnect => reconnections < MostReconnections;

    /// <inheritdoc />
    public Task<T> WriteAsync<T>(
        IEnumerable<NpgsqlBatchCommand> commands, Func<DbDataReader, Task<T>> read, CancellationToken cancellationToken) =>
        WriteNextAsync(commands, read, new NextTransaction(() => { }, IsLast: true, Lost: Never), cancellationToken);

    /// <inheritdoc />
    public async Task<T> WriteNextAsync<T>(
        IEnumerable<NpgsqlBatchCommand> commands, Func<DbDataReader, Task<T>> read, NextTransaction next,
        CancellationToken cancellationToken)
    {
        var previous = waiting;
        waiting = null;
        var result = previous is null
            ? await SendAsync([.. commands], read, limit: null, cancellationToken, next.Lost)
            : await SendAfterAsync(previous, [.. commands], read, next.Lost, cancellationToken);
        waiting = new WaitingCommit(next.Committed);
        if (next.IsLast)
        {
            await CommitWaitingAsync(next.WaitsForStandby, cancellationToken);
        }

        return result;
    }

    /// <inheritdoc />
    public async Task<T> ReadAsync<T>(
        IEnumerable<NpgsqlBatchCommand> commands, Func<DbDataReader, Task<T>> read, CancellationToken cancellationToken)
    {
        await CommitWaitingAsync(waitsForStandby: null, cancellationToken);
        var backoff = new Backoff(Limits.FirstAnswer, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(2), TimeProvider.System);
        backoff.Start();
        while (true)
        {
            try
            {
                var result = await SendAsync([.. commands], read, Limits.Read, cancellationToken);
                hasAnswered = true;
                return result;
            }
            catch (NpgsqlException e) when (!hasAnswered && !backoff.IsOver && SessionErrors.IsTransient(e))
            {
                OnFirstFailure?.Invoke(e, Limits.FirstAnswer);
            }

            await backoff.PauseAsync(cancellationToken);
            if (!IsOpen)
            {
                await ReconnectAsync(TimeSpan.Zero, cancellationToken);
            }
        }
    }

    /// <inheritdoc />
    public async Task<T> StreamAsync<T>(
        IEnumerable<NpgsqlBatchCommand> commands, Func<DbDataReader, Task<T>> read, TimeSpan limit, CancellationToken cancellationToken)
    {
        await CommitWaitingAsync(waitsForStandby: null, cancellationToken);
        return await SendAsync([.. commands], read, limit, cancellationToken);
    }

    /// <inheritdoc />
    public async Task WriteAtOnceAsync(IEnumerable<NpgsqlBatchCommand> commands, CancellationToken cancellationToken)
    {
        await CommitWaitingAsync(waitsForStandby: null, cancellationToken);
        await SendAsync([.. commands], _ => Task.FromResult(true), Limits.Read, cancellationToken);
    }

    /// <inheritdoc />
    public async Task ReconnectAsync(TimeSpan atLeast, CancellationToken cancellationToken)
    {
        waiting = null;
        await CloseAsync();
        connection = await connect(atLeast, cancellationToken);
        (isDiscarded, lost) = (false, null);
    }

    /// <inheritdoc />
    public async Task<IDatabaseSession> OpenAnotherAsync(CancellationToken cancellationToken) =>
        new DatabaseSession(source, await connect(TimeSpan.Zero, cancellationToken), connect) { IsSecond = true, Limits = Limits };

    private bool IsSecond { get; init; }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        if (!IsSecond)
        {
            await source.DisposeAsync();
        }
    }

    /// <summary>Sends a batch with the COMMIT of the transaction before it, and finds out whether that was committed.</summary>
    private async Task<T> SendAfterAsync<T>(
        WaitingCommit previous, NpgsqlBatchCommand[] commands, Func<DbDataReader, Task<T>> read, Task giveUp,
        CancellationToken cancellationToken)
    {
        if (!IsOpen)
        {
            // It was never sent, and the server has rolled back; the caller asks the server.
            throw new CommitInDoubtException(lost ?? new NpgsqlException("The connection was closed."));
        }

        var commit = TransactionSql.Commit;
        try
        {
            return await SendAsync([commit, .. commands], Read, limit: null, cancellationToken, giveUp);
        }
        catch (Exception e) when (!previous.IsCommitted)
        {
            // The server answers in the order of the commands: if a later one failed, COMMIT did not.
            var refusal = e as PostgresException ?? e.InnerException as PostgresException;
            if (refusal?.BatchCommand is { } failed && failed != commit)
            {
                Committed();
            }
            else if (!IsOpen && e is NpgsqlException && refusal?.SqlState != SessionErrors.IdleInTransactionTimeout)
            {
                throw new CommitInDoubtException(e);
            }

            throw;
        }

        // The first result comes after COMMIT, which has none.
        Task<T> Read(DbDataReader reader)
        {
            Committed();
            return read(reader);
        }

        void Committed()
        {
            reconnections = 0;
            previous.Confirm();
        }
    }

    /// <summary>Commits the transaction that waits for its COMMIT, if there is one.</summary>
    private async Task CommitWaitingAsync(Func<bool>? waitsForStandby, CancellationToken cancellationToken)
    {
        if (waiting is { } previous)
        {
            waiting = null;
            await CommitAsync(waitsForStandby, cancellationToken);
            previous.Confirm();
        }
    }

    private async Task CommitAsync(Func<bool>? waitsForStandby, CancellationToken cancellationToken)
    {
        using var answered = new CancellationTokenSource();
        try
        {
            await (waitsForStandby is null ? ExecuteAsync("COMMIT", Limits.Commit)
                : ExecuteAsync("COMMIT", limit: null, GiveUpAsync(waitsForStandby, answered.Token, cancellationToken)));
        }
        catch (NpgsqlException e) when (!IsOpen && e is not PostgresException { SqlState: SessionErrors.IdleInTransactionTimeout })
        {
            throw new CommitInDoubtException(e);
        }
        finally
        {
            await answered.CancelAsync();
        }

        reconnections = 0;
    }

    /// <summary>Ends when the answer to COMMIT has taken too long, unless it waits for a standby; after a signal, soon.</summary>
    private async Task GiveUpAsync(Func<bool> waitsForStandby, CancellationToken answered, CancellationToken signal)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(answered, signal);
        do
        {
            await Task.Delay(Limits.Commit, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (signal.IsCancellationRequested)
            {
                await Task.Delay(waitsForStandby() ? Limits.AfterSignal : Limits.Commit, answered)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        while (!either.IsCancellationRequested && waitsForStandby());
    }

    private async Task<T> SendAsync<T>(
        NpgsqlBatchCommand[] commands, Func<DbDataReader, Task<T>> read, TimeSpan? limit, CancellationToken cancellationToken,
        Task? giveUp = null)
    {
        var backoff = new Backoff(
            limit: TimeSpan.Zero, TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(640), TimeProvider.System);
        for (var attempt = 1; ; attempt++)
        {
            await EnsureOpenAsync(cancellationToken);
            try
            {
                return await ExchangeAsync(
                    (used, stop) => Exchange.SendAsync(used, commands, read, OnNotice, stop), limit, giveUp, cancellationToken);
            }
            catch (Exception e) when (IsOpen)
            {
                await RollBackAsync(cancellationToken.IsCancellationRequested ? Limits.AfterSignal : Limits.Rollback);
                if (!SessionErrors.IsForeignLimit(e))
                {
                    throw;
                }

                if (attempt == MostOpenings)
                {
                    throw SessionDiagnosis.LimitTooShort((PostgresException)e, connection.UserName ?? "", connection.Database);
                }

                // A COMMIT before the BEGIN that failed has done its work; repeated, it would be a warning.
                commands = commands is [{ CommandText: "COMMIT" }, .. var rest] ? rest : commands;
            }

            // A new server process first fills its catalog caches, so its first command is slow. Each attempt is faster.
            await backoff.PauseAsync(cancellationToken);
        }
    }

    /// <summary>Runs one exchange within its time limit, and converts its exceptions to those that callers handle.</summary>
    private async Task<T> ExchangeAsync<T>(
        Func<NpgsqlConnection, CancellationToken, Task<T>> exchange, TimeSpan? limit, Task? giveUp, CancellationToken cancellationToken)
    {
        try
        {
            var used = connection;
            return await Exchange.RunAsync(
                stop => exchange(used, stop), limit, giveUp, Limits.AfterSignal * 2, pending => _ = Discard(pending), cancellationToken);
        }
        catch (Exception e)
        {
            var known = SessionErrors.From(e, IsOpen, cancellationToken);
            if (known is UnexpectedAnswerException && !isDiscarded)
            {
                _ = Discard();
            }

            lost = IsOpen ? null : known;
            if (known == e)
            {
                throw;
            }

            throw known;
        }
    }

    private Task<bool> ExecuteAsync(string sql, TimeSpan? limit, Task? giveUp = null) => ExchangeAsync(
        (used, stop) => Exchange.SendAsync(used, [new NpgsqlBatchCommand(sql)], _ => Task.FromResult(true), OnNotice, stop),
        limit,
        giveUp,
        CancellationToken.None);

    /// <summary>Rolls back; if that fails, closes the connection, which has the same effect.</summary>
    private async Task RollBackAsync(TimeSpan limit)
    {
        for (var tries = 1; IsOpen; tries++)
        {
            try
            {
                await ExecuteAsync("ROLLBACK", limit);
                return;
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.QueryCanceled && tries < 3)
            {
                // Outside a transaction, a statement_timeout of the role or the database applies instead of ours.
            }
            catch (NpgsqlException e)
            {
                lost = e;
                _ = isDiscarded ? null : Discard();
            }
        }
    }

    /// <summary>Reconnects if the connection was lost. No other method does.</summary>
    private async Task EnsureOpenAsync(CancellationToken cancellationToken)
    {
        if (IsOpen)
        {
            return;
        }

        var reason = lost ?? new NpgsqlException("The connection was closed.");
        if (!MayReconnect)
        {
            throw reason;
        }

        reconnections++;
        OnReconnecting?.Invoke(
            (reason.GetBaseException() is PostgresException e ? e.MessageText : reason.GetBaseException().Message).TrimEnd('.'));
        await ReconnectAsync(Limits.Reconnect, cancellationToken);
    }

    /// <summary>A transaction that has been answered, and waits for its COMMIT.</summary>
    private sealed class WaitingCommit(Action committed)
    {
        public bool IsCommitted { get; private set; }

        public void Confirm()
        {
            if (!IsCommitted)
            {
                IsCommitted = true;
                committed();
            }
        }
    }

    private async Task CloseAsync()
    {
        if (!isDiscarded)
        {
            await Task.WhenAny(Discard(), Task.Delay(Limits.AfterSignal));
        }
    }

    /// <summary>Closes the connection in the background, once the pending exchange on it has ended.</summary>
    private Task Discard(Task? pending = null)
    {
        isDiscarded = true;
        return Exchange.CloseAfterAsync(pending ?? Task.CompletedTask, connection);
    }
}
