using System.Data;
using System.Data.Common;
using Migrator.Sessions;
using Npgsql;

namespace Migrator.Tests.Sessions;

/// <summary>A session without a server: it records each message, and answers with what the test has prepared.</summary>
internal sealed class FakeSession : IDatabaseSession
{
    private readonly Queue<(Func<DbDataReader> Answer, bool BreaksAfterwards)> answers = new();

    /// <summary>The messages, each as its statements and parameters, one statement per line.</summary>
    public List<string> Sent { get; } = [];

    /// <summary>The other events: <c>reconnect</c>, <c>open</c>, <c>dispose</c>.</summary>
    public List<string> Events { get; } = [];

    /// <summary>The session that <see cref="OpenAnotherAsync"/> returns; null makes it fail.</summary>
    public FakeSession? Other { get; init; }

    /// <summary>Creates the answer when none is prepared; null fails the test.</summary>
    public Func<DbDataReader>? Otherwise { get; set; }

    /// <inheritdoc />
    public Action<string>? OnReconnecting { get; set; }

    /// <inheritdoc />
    public ServerLimits Limits { get; } = new();

    /// <inheritdoc />
    public bool IsOpen { get; set; } = true;

    /// <inheritdoc />
    public int ProcessId => 1;

    /// <inheritdoc />
    public int Reconnections => Events.Count(e => e == "reconnect");

    /// <inheritdoc />
    public bool MayReconnect { get; set; } = true;

    /// <summary>Prepares an answer.</summary>
    /// <param name="answer">Creates the answer.</param>
    /// <param name="breaks">Whether the connection breaks after it, at COMMIT.</param>
    public FakeSession Answers(Func<DbDataReader> answer, bool breaks = false)
    {
        answers.Enqueue((answer, breaks));
        return this;
    }

    /// <summary>Prepares an exception.</summary>
    public FakeSession Throws(Func<Exception> exception) => Answers(() => throw exception());

    /// <summary>An answer with one result set per argument, whose first row is given; without columns, it has no row.</summary>
    public static DbDataReader Results(params (string Column, object? Value)[][] rows)
    {
        var tables = rows.Select(row =>
        {
            var table = new DataTable();
            row.ToList().ForEach(c => table.Columns.Add(c.Column, c.Value?.GetType() ?? typeof(string)));
            if (row.Length > 0)
            {
                table.Rows.Add([.. row.Select(c => c.Value ?? DBNull.Value)]);
            }

            return table;
        });
        return new DataTableReader([.. tables]);
    }

    /// <inheritdoc />
    public async Task<T> ReadAsync<T>(
        IEnumerable<NpgsqlBatchCommand> commands, Func<DbDataReader, Task<T>> read, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Sent.Add(string.Join('\n', commands.Select(Text)));
        var (answer, breaks) = answers.TryDequeue(out var next) ? next
            : (Otherwise ?? throw new AssertionException($"No answer is lined up for:\n{Sent[^1]}"), false);
        await using var reader = answer();
        var result = await read(reader);
        return breaks ? throw new CommitInDoubtException(new NpgsqlException("gone")) : result;
    }

    /// <inheritdoc />
    public Task<T> SendAsync<T>(
        IEnumerable<NpgsqlBatchCommand> commands, Func<DbDataReader, Task<T>> read, TimeSpan limit, CancellationToken cancellationToken) =>
        ReadAsync(commands, read, cancellationToken);

    /// <inheritdoc />
    public Task<T> WriteAsync<T>(
        IEnumerable<NpgsqlBatchCommand> commands, Func<DbDataReader, Task<T>> read, Task ended, bool commitsApart,
        CancellationToken cancellationToken) =>
        ReadAsync([.. commands, new NpgsqlBatchCommand(commitsApart ? "COMMIT apart" : "COMMIT")], read, cancellationToken);

    /// <inheritdoc />
    public Task ReconnectAsync(TimeSpan atLeast, CancellationToken cancellationToken)
    {
        Events.Add("reconnect");
        IsOpen = true;
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task<IDatabaseSession> OpenAnotherAsync(CancellationToken cancellationToken)
    {
        Events.Add("open");
        return Other is null
            ? throw new Errors.MigratorException("There is no second connection.", cause: null, "")
            : Task.FromResult<IDatabaseSession>(Other);
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        Events.Add("dispose");
        return ValueTask.CompletedTask;
    }

    private static string Text(NpgsqlBatchCommand command) =>
        string.Join(' ', command.Parameters.Select(p => $"[{p.Value}]").Prepend(command.CommandText));
}
