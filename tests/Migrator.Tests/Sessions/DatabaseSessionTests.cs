using Migrator.Configuration.Connection;
using Migrator.Connecting;
using Migrator.Inspection;
using Migrator.Sessions;
using Npgsql;
using TestSupport;

namespace Migrator.Tests.Sessions;

/// <summary>A session on a network that delays, drops and cuts messages.</summary>
internal sealed class DatabaseSessionTests
{
    private static readonly ServerLimits Short = new()
    {
        Read = TimeSpan.FromSeconds(2),
        Rollback = TimeSpan.FromMilliseconds(300),
    };

    [TestCase(Fault.Delay)]
    [TestCase(Fault.Silence)]
    [TestCase(Fault.Mute)]
    [TestCase(Fault.Cut)]
    public async Task After_a_slow_or_lost_ROLLBACK_the_next_transaction_uses_a_new_connection(Fault fault)
    {
        using var proxy = new StatementProxy(PostgresServer.Shared.Port, "ROLLBACK", fault);
        await using var session = await OpenAsync(proxy.Port);
        var reasons = new List<string>();
        session.OnReconnecting = reasons.Add;
        var error = await Assert.ThrowsAsync<PostgresException>(() => ReadAsync(session, "SELECT 1 / 0"));
        Assert.Multiple(() =>
        {
            Assert.That(error!.SqlState, Is.EqualTo(PostgresErrorCodes.DivisionByZero));
            Assert.That(session.IsOpen, Is.False);
        });
        Assert.That(await ReadAsync(session, "SELECT 42"), Is.EqualTo(42));
        Assert.That((reasons.Count, proxy.Connections), Is.EqualTo((1, 2)), "none is for a request to cancel");
    }

    [TestCase(Fault.Silence)]
    [TestCase(Fault.Mute)]
    [TestCase(Fault.Cut)]
    public async Task An_unanswered_query_times_out_and_the_next_one_uses_a_new_connection(Fault fault)
    {
        using var proxy = new StatementProxy(PostgresServer.Shared.Port, "SELECT 42", fault);
        await using var session = await OpenAsync(proxy.Port);
        Assert.That(async () => await ReadAsync(session, "SELECT 42"),
            Throws.InstanceOf<NpgsqlException>().And.Not.InstanceOf<UnexpectedAnswerException>());
        Assert.That(session.IsOpen, Is.False);
        Assert.That(await ReadAsync(session, "SELECT 42"), Is.EqualTo(42));
        Assert.That(proxy.Connections, Is.EqualTo(2), "none is for a request to cancel");
    }

    [Test]
    public async Task An_unanswered_COMMIT_is_in_doubt(
        [Values(Fault.Silence, Fault.Mute, Fault.Cut, Fault.CutAnswer)] Fault fault, [Values] bool commitsApart)
    {
        using var database = TableOfNumbers();
        using var proxy = new StatementProxy(database.Server.Port, "COMMIT", fault);
        await using var session = await OpenAsync(proxy.Port, database.Name);
        Assert.That(
            async () => await InsertAsync(session, commitsApart, lost: Task.Delay(2000)), Throws.InstanceOf<CommitInDoubtException>());
        Assert.That(
            () => Rows(database),
            Is.EqualTo(fault is Fault.Mute or Fault.CutAnswer ? "1" : "0").After(10_000, 20),
            "once the server knows");
        Assert.That(await ReadAsync(session, "SELECT 42"), Is.EqualTo(42));
    }

    [Test]
    public async Task A_transaction_is_committed_when_its_answer_is_there([Values] bool commitsApart)
    {
        using var database = TableOfNumbers();
        await using var session = await OpenAsync(database.Server.Port, database.Name);
        await InsertAsync(session, commitsApart);
        Assert.That(Rows(database), Is.EqualTo("1"));
    }

    [Test]
    public async Task A_COMMIT_that_is_refused_leaves_nothing([Values] bool commitsApart)
    {
        using var database = TableOfNumbers();
        await using var session = await OpenAsync(database.Server.Port, database.Name);
        var error = await Assert.ThrowsAsync<PostgresException>(() => InsertAsync(session, commitsApart, "INSERT INTO t VALUES (1)"));
        Assert.That((error!.SqlState, Rows(database)), Is.EqualTo((PostgresErrorCodes.UniqueViolation, "0")));
    }

    [Test]
    public async Task A_session_that_ended_before_its_COMMIT_is_not_in_doubt()
    {
        using var database = TableOfNumbers();
        await using var session = await OpenAsync(database.Server.Port, database.Name);
        var error = await Assert.ThrowsAsync<PostgresException>(
            () => InsertAsync(session, commitsApart: false, "SELECT pg_terminate_backend(pg_backend_pid())"));
        Assert.That((error!.SqlState, Rows(database)), Is.EqualTo((PostgresErrorCodes.AdminShutdown, "0")));
    }

    [Test]
    public async Task An_id_of_a_transaction_is_heard_while_it_is_at_work()
    {
        using var database = TableOfNumbers();
        await using var session = await OpenAsync(database.Server.Port, database.Name);
        var heard = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        NpgsqlBatchCommand[] commands = [new("BEGIN"), .. TransactionOutcome.Tell, new("SELECT pg_sleep(60)")];
        var write = session.WriteAsync(
            commands,
            async reader =>
            {
                await reader.ReadAsync();
                heard.SetResult(reader.GetString(0));
                return true;
            },
            ended: Task.Delay(60_000),
            commitsApart: false,
            CancellationToken.None);
        var id = await heard.Task;
        Assert.That(
            database.Query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'migrator' "
                + "AND datname = current_database()"),
            Is.EqualTo(new[] { "t" }));
        Assert.That(async () => await write, Throws.InstanceOf<PostgresException>());
        Assert.That(await TransactionOutcome.ReadAsync(session, "public", id, CancellationToken.None), Is.False);
    }

    private static TestDatabase TableOfNumbers()
    {
        var database = PostgresServer.Shared.CreateDatabase();
        database.Execute("CREATE TABLE t (x int UNIQUE DEFERRABLE INITIALLY DEFERRED)");
        return database;
    }

    private static string? Rows(TestDatabase database) => database.Query("SELECT count(*) FROM t").Single();

    private static Task<bool> InsertAsync(DatabaseSession session, bool commitsApart, string more = "SELECT 1", Task? lost = null) =>
        session.WriteAsync(
            [new("BEGIN"), new("INSERT INTO t VALUES (1)"), new(more)],
            _ => Task.FromResult(true),
            lost ?? Task.Delay(60_000),
            commitsApart,
            CancellationToken.None);

    [Test]
    public async Task Cancellation_ends_an_unanswered_query()
    {
        using var proxy = new StatementProxy(PostgresServer.Shared.Port, "SELECT 42", Fault.Silence, times: 10);
        await using var session = await OpenAsync(proxy.Port);
        session.Limits = new ServerLimits();
        using var signal = new CancellationTokenSource();
        var look = session.WriteAsync(
            [new("BEGIN"), new("SELECT 42")], _ => Task.FromResult(true), Task.Delay(60_000), commitsApart: false, signal.Token);
        proxy.Met.Wait(TimeSpan.FromSeconds(20));
        await signal.CancelAsync();
        Assert.That(async () => await look, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task A_repeatedly_lost_connection_is_given_up_after_five_reconnections()
    {
        using var proxy = new StatementProxy(PostgresServer.Shared.Port, "SELECT 42", Fault.Cut, times: 100);
        await using var session = await OpenAsync(proxy.Port);
        for (var look = 0; look < 10; look++)
        {
            Assert.That(async () => await ReadAsync(session, "SELECT 42"), Throws.InstanceOf<NpgsqlException>());
        }

        Assert.That((session.MayReconnect, proxy.Connections), Is.EqualTo((false, 6)));
    }

    [Test]
    public async Task The_socket_has_a_limit_for_unacknowledged_data()
    {
        Assume.That(OperatingSystem.IsLinux(), "TCP_USER_TIMEOUT is Linux's");
        using var proxy = new StatementProxy(PostgresServer.Shared.Port, "nothing", Fault.Cut);
        await using var session = await OpenAsync(proxy.Port);
        Assert.That(TcpUserTimeout.Read(proxy.Port), Is.EqualTo(new[] { TcpUserTimeout.Limit }));
        Assert.That(await ReadAsync(session, "SELECT 42"), Is.EqualTo(42), "the socket is Npgsql's still");
    }

    [TestCase("BEGIN READ ONLY", PostgresErrorCodes.QueryCanceled, true)]
    [TestCase("SET LOCAL statement_timeout = 0", PostgresErrorCodes.QueryCanceled, true)]
    [TestCase("ALTER TABLE routes ADD x int", PostgresErrorCodes.QueryCanceled, false)]
    [TestCase("BEGIN READ ONLY", PostgresErrorCodes.AdminShutdown, false)]
    public async Task Only_a_cancelled_statement_without_changes_may_be_sent_again(string sql, string sqlState, bool expected)
    {
        // Npgsql's own exceptions contain the command and cannot be constructed in a test: the server raises one.
        using var connection =
            new NpgsqlConnection(PostgresServer.Shared.ConnectionString("postgres") + ";Include Failed Batched Command=true");
        await connection.OpenAsync();
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new($"DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{sqlState}'; END $$"));
        PostgresException? error = null;
        try
        {
            await batch.ExecuteNonQueryAsync();
        }
        catch (PostgresException e)
        {
            error = e;
        }

        error!.BatchCommand!.CommandText = sql;
        Assert.That(SessionErrors.IsForeignLimit(error), Is.EqualTo(expected));
    }

    public static IEnumerable<TestCaseData> Nonsense() =>
    [
        new TestCaseData(FakeServer.Message('X', 1, 2, 3)).SetArgDisplayNames("a type that there is not"),
        new TestCaseData(FakeServer.Message('R', 0, 0, 0, 5, 1, 2, 3, 4)).SetArgDisplayNames("a login in the middle"),
        new TestCaseData(FakeServer.Message('D', 0xFF, 0xFF)).SetArgDisplayNames("a row without a description"),
        new TestCaseData(FakeServer.Message('T', 0xFF, 0xFF, 1)).SetArgDisplayNames("a description of 65535 columns that ends at once"),
        new TestCaseData("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray()).SetArgDisplayNames("another protocol"),
        new TestCaseData(new byte[] { (byte)'E', 0, 0, 0, 2 }).SetArgDisplayNames("a length that is less than its own"),
        new TestCaseData(new byte[] { (byte)'T', 0xFF, 0xFF, 0xFF, 0xFF }).SetArgDisplayNames("a length below zero"),
        new TestCaseData(FakeServer.Message('Z', (byte)'?')).SetArgDisplayNames("an end without a beginning"),
        new TestCaseData(FakeServer.Message('E', (byte)'S', 0)).SetArgDisplayNames("an error without words"),
        new TestCaseData(FakeServer.Message('G', 0, 0, 0)).SetArgDisplayNames("a COPY"),
        new TestCaseData(Array.Empty<byte>()).SetArgDisplayNames("nothing"),
    ];

    [TestCaseSource(nameof(Nonsense))]
    public async Task An_invalid_answer_of_the_server_throws_NpgsqlException(byte[] answer)
    {
        using var server = FakeServer.Answering(answer);
        await using var session = await OpenAsync(server.Port);
        session.Limits = Short with { Read = TimeSpan.FromSeconds(1) };
        Assert.That(async () => await DatabaseReader.ReadAsync(session, "public", CancellationToken.None),
            Throws.InstanceOf<NpgsqlException>());
    }

    [Test]
    public async Task Endless_results_time_out()
    {
        using var server = FakeServer.Answering(
            [.. FakeServer.Message('1'), .. FakeServer.Message('2'), .. FakeServer.Message('n'), .. FakeServer.Message('C', (byte)'B', 0)],
                isEndless: true);
        await using var session = await OpenAsync(server.Port);
        session.Limits = Short;
        Assert.That(async () => await ReadAsync(session, "SELECT 42"), Throws.InstanceOf<NpgsqlException>());
    }

    [Test]
    public void A_message_length_of_two_gigabytes_is_an_error()
    {
        using var server = FakeServer.Answering([(byte)'T', 0x7F, 0xFF, 0xFF, 0x00]);
        using var conf = new KongConf(("pg_host", "127.0.0.1"), ("pg_port", $"{server.Port}"));
        var result = MigratorProcess.Run($"list -c {conf.Path}");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(8));
            Assert.That(result.Errors, Does.Contain("invalid answer").And.Contain("OutOfMemoryException")
                .And.Not.Contain("unexpected error"));
        });
    }

    private static async Task<DatabaseSession> OpenAsync(int port, string database = "postgres")
    {
        var settings = new PostgresSettings
        {
            Host = "127.0.0.1",
            Port = port,
            User = "kong",
            Database = database,
            ConnectTimeout = TimeSpan.FromSeconds(20),
            Tls = TlsSettings.Off,
        };
        var session = await ConnectionFactory.OpenAsync(settings, ConnectionRetry.None, CancellationToken.None);
        session.Limits = Short;
        return session;
    }

    private static Task<int> ReadAsync(DatabaseSession session, string sql) => session.ReadAsync(
        [new("BEGIN"), new(sql), new("COMMIT")],
        async reader =>
        {
            await reader.ReadAsync();
            return reader.GetInt32(0);
        },
        CancellationToken.None);
}
