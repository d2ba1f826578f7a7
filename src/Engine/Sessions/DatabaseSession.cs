using System.Data;
using System.Data.Common;
using Migrator.Resilience;

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
    private const int MaxReconnections = 5;
    private const int MaxOpenings = 8;

    private NpgsqlConnection connection = connection;
    private bool hasAnswered;
    private bool isDiscarded;
    private Exception? lost;
    private int reconnections;

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
    public int Reconnections { get; private set; }

    /// <inheritdoc />
    public bool MayReconnect => reconnections < MaxReconnections;

    /// <inheritdoc />
    public async Task<T> ReadAsync<T>(
        IEnumerable<NpgsqlBatchCommand> commands, Func<DbDataReader, Task<T>> read, CancellationToken cancellationToken)
    {
        var backoff = new Backoff(Limits.FirstAnswer, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(2), TimeProvider.System);
        backoff.Start();
        while (true)
        {
            try
            {
                var result = await SendAsync([.. commands], read, Limits.Read, giveUp: null, cancellationToken);
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
    public Task<T> SendAsync<T>(
        IEnumerable<NpgsqlBatchCommand> commands, Func<DbDataReader, Task<T>> read, TimeSpan limit, CancellationToken cancellationToken) =>
        SendAsync([.. commands], read, limit, giveUp: null, cancellationToken);

    /// <inheritdoc />
    public async Task<T> WriteAsync<T>(
        IEnumerable<NpgsqlBatchCommand> commands, Func<DbDataReader, Task<T>> read, Task ended, bool commitsApart,
        CancellationToken cancellationToken)
    {
        var commit = TransactionSql.Commit;
        var result = commitsApart ? await SendAsync([.. commands], read, limit: null, ended, cancellationToken) : default;
        try
        {
            result = commitsApart
                ? await ExecuteAsync(commit, result!, limit: null, ended, cancellationToken)
                : await SendAsync(WithCommit(commands, commit), read, limit: null, ended, cancellationToken);
        }
        catch (Exception e) when (!IsOpen && MayBeCommitted(e, commit, commitsApart))
        {
            throw new CommitInDoubtException(e);
        }

        reconnections = 0;
        return result;
    }

    /// <inheritdoc />
    public async Task ReconnectAsync(TimeSpan atLeast, CancellationToken cancellationToken)
    {
        await CloseAsync();
        connection = await connect(atLeast, cancellationToken);
        (isDiscarded, lost) = (false, null);
        Reconnections++;
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

    // The barrier lets the server answer before COMMIT, which after an error only ends the transaction.
    private static NpgsqlBatchCommand[] WithCommit(IEnumerable<NpgsqlBatchCommand> commands, NpgsqlBatchCommand commit)
    {
        NpgsqlBatchCommand[] all = [.. commands, commit];
        all[^2].AppendErrorBarrier = true;
        return all;
    }

    // An error of an earlier command, such as a FATAL one, means that the server has rolled back.
    private static bool MayBeCommitted(Exception e, NpgsqlBatchCommand commit, bool isCommitAlone) => e switch
    {
        PostgresException { SqlState: SessionErrors.IdleInTransactionTimeout } or UnexpectedAnswerException => false,
        PostgresException { BatchCommand: { } failed } => failed == commit,
        OperationCanceledException => isCommitAlone,
        _ => e is NpgsqlException,
    };

    private async Task<T> SendAsync<T>(
        NpgsqlBatchCommand[] commands, Func<DbDataReader, Task<T>> read, TimeSpan? limit, Task? giveUp,
        CancellationToken cancellationToken)
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
                if (commands is not [.., { AppendErrorBarrier: true }, _])
                {
                    await RollBackAsync(cancellationToken.IsCancellationRequested ? Limits.AfterSignal : Limits.Rollback);
                }

                if (!SessionErrors.IsForeignLimit(e))
                {
                    throw;
                }

                if (attempt == MaxOpenings)
                {
                    throw SessionDiagnosis.LimitTooShort((PostgresException)e, connection.UserName ?? "", connection.Database);
                }
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
            // The server itself ends soon what has a short limit: a signal closes the connection, and asks for no more.
            var (used, isShort) = (connection, limit <= Limits.Read);
            return await Exchange.RunAsync(
                stop => exchange(used, isShort ? CancellationToken.None : stop), limit, giveUp,
                isShort ? TimeSpan.Zero : Limits.AfterSignal * 2, pending => _ = Discard(pending), cancellationToken);
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

    private Task<T> ExecuteAsync<T>(
        NpgsqlBatchCommand command, T result, TimeSpan? limit, Task? giveUp, CancellationToken cancellationToken,
        bool isQuiet = false) => ExchangeAsync(
        (used, stop) => Exchange.SendAsync(used, [command], _ => Task.FromResult(result), isQuiet ? null : OnNotice, stop),
        limit,
        giveUp,
        cancellationToken);

    /// <summary>Rolls back; if that fails, closes the connection, which has the same effect.</summary>
    private async Task RollBackAsync(TimeSpan limit)
    {
        for (var tries = 1; IsOpen; tries++)
        {
            try
            {
                // The server warns where there is nothing to roll back.
                await ExecuteAsync(new NpgsqlBatchCommand("ROLLBACK"), true, limit, giveUp: null, CancellationToken.None, isQuiet: true);
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

    private async Task CloseAsync()
    {
        if (!isDiscarded)
        {
            await Task.WhenAny(Discard(), Task.Delay(Limits.AfterSignal));
        }
    }

    /// <summary>Closes the connection in the background, with the pending exchange on it.</summary>
    private Task Discard(Task? pending = null)
    {
        isDiscarded = true;
        return Exchange.CloseAsync(connection, pending);
    }
}
