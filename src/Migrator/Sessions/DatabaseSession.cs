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

    private NpgsqlConnection connection = connection;
    private bool isDiscarded;
    private Exception? lost;
    private int reconnections;

    /// <summary>Receives the server's notices and warnings (RAISE WARNING).</summary>
    public Action<PostgresNotice>? OnNotice { get; set; }

    /// <inheritdoc />
    public Action<string>? OnReconnecting { get; set; }

    /// <inheritdoc />
    public ServerLimits Limits { get; set; } = new();

    /// <inheritdoc />
    public bool IsOpen => !isDiscarded && connection.FullState.HasFlag(ConnectionState.Open);

    /// <inheritdoc />
    public bool MayReconnect => reconnections < MostReconnections;

    /// <inheritdoc />
    public async Task<T> WriteAsync<T>(
        IEnumerable<NpgsqlBatchCommand> commands, Func<DbDataReader, Task<T>> read, CancellationToken cancellationToken)
    {
        var result = await SendAsync([.. commands], read, limit: null, cancellationToken);
        try
        {
            await ExecuteAsync("COMMIT", Limits.Commit);
        }
        catch (NpgsqlException e) when (!IsOpen && e is not PostgresException { SqlState: SessionErrors.IdleInTransactionTimeout })
        {
            throw new CommitInDoubtException(e);
        }

        reconnections = 0;
        return result;
    }

    /// <inheritdoc />
    public Task<T> ReadAsync<T>(
        IEnumerable<NpgsqlBatchCommand> commands, Func<DbDataReader, Task<T>> read, CancellationToken cancellationToken) =>
        SendAsync([.. commands], read, Limits.Read, cancellationToken);

    /// <inheritdoc />
    public Task WriteAtOnceAsync(IEnumerable<NpgsqlBatchCommand> commands, CancellationToken cancellationToken) =>
        SendAsync([.. commands], _ => Task.FromResult(true), Limits.Read, cancellationToken);

    /// <inheritdoc />
    public async Task ReconnectAsync(TimeSpan atLeast, CancellationToken cancellationToken)
    {
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

    private async Task<T> SendAsync<T>(
        NpgsqlBatchCommand[] commands, Func<DbDataReader, Task<T>> read, TimeSpan? limit, CancellationToken cancellationToken)
    {
        var backoff = new Backoff(
            limit: TimeSpan.Zero, TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(640), TimeProvider.System);
        for (var attempt = 1; ; attempt++)
        {
            await EnsureOpenAsync(cancellationToken);
            try
            {
                return await ExchangeAsync(
                    (used, stop) => Exchange.SendAsync(used, commands, read, OnNotice, stop), limit, cancellationToken);
            }
            catch (Exception e) when (IsOpen)
            {
                await RollBackAsync(cancellationToken.IsCancellationRequested ? Limits.AfterSignal : Limits.Rollback);
                if (!SessionErrors.IsForeignLimit(e) || attempt == MostOpenings)
                {
                    throw;
                }
            }

            // A new server process first fills its catalog caches, so its first command is slow. Each attempt is faster.
            await backoff.PauseAsync(cancellationToken);
        }
    }

    /// <summary>Runs one exchange within its time limit, and converts its exceptions to those that callers handle.</summary>
    private async Task<T> ExchangeAsync<T>(
        Func<NpgsqlConnection, CancellationToken, Task<T>> exchange, TimeSpan? limit, CancellationToken cancellationToken)
    {
        try
        {
            var used = connection;
            return await Exchange
                .RunAsync(stop => exchange(used, stop), limit, Limits.AfterSignal * 2, pending => _ = Discard(pending), cancellationToken);
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

    private Task<int> ExecuteAsync(string sql, TimeSpan limit) => ExchangeAsync(
        async (used, stop) =>
        {
            await using var command = new NpgsqlCommand(sql, used);
            return await command.ExecuteNonQueryAsync(stop);
        },
        limit,
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
