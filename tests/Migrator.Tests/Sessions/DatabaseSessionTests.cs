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
        Commit = TimeSpan.FromSeconds(1),
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
        Assert.That((reasons.Count, proxy.Connections), Is.EqualTo((1, 2)).Or.EqualTo((1, 3)), "a third may be for the request to cancel");
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
    }

    [TestCase(Fault.Silence, "0")]
    [TestCase(Fault.Mute, "1")]
    [TestCase(Fault.Cut, "0")]
    public async Task An_unanswered_COMMIT_is_in_doubt(Fault fault, string rows)
    {
        using var database = PostgresServer.Shared.CreateDatabase();
        database.Execute("CREATE TABLE t (x int)");
        using var proxy = new StatementProxy(database.Server.Port, "COMMIT", fault);
        await using var session = await OpenAsync(proxy.Port, database.Name);
        Assert.That(
            async () => await session
                .WriteAsync([new("BEGIN"), new("INSERT INTO t VALUES (1)")], _ => Task.FromResult(true), CancellationToken.None),
            Throws.InstanceOf<CommitInDoubtException>());
        Assert.That(database.Query("SELECT count(*) FROM t"), Is.EqualTo(new[] { rows }));
        Assert.That(await ReadAsync(session, "SELECT 42"), Is.EqualTo(42));
    }

    [Test]
    public async Task A_COMMIT_travels_with_the_next_transaction_and_the_last_one_has_its_own()
    {
        using var database = TableOfNumbers();
        await using var session = await OpenAsync(database.Server.Port, database.Name);
        var committed = new List<int>();
        await NextAsync(session, 1, committed, isLast: false);
        Assert.That((committed.Count, Rows(database)), Is.EqualTo((0, "0")));
        await NextAsync(session, 2, committed, isLast: true);
        Assert.That(committed, Is.EqualTo(new[] { 1, 2 }));
        Assert.That(Rows(database), Is.EqualTo("2"));
    }

    [Test]
    public async Task An_error_of_the_next_transaction_leaves_the_one_before_committed()
    {
        using var database = TableOfNumbers();
        await using var session = await OpenAsync(database.Server.Port, database.Name);
        var committed = new List<int>();
        await NextAsync(session, 1, committed, isLast: false);
        await Assert.ThrowsAsync<PostgresException>(() => NextAsync(session, 2, committed, isLast: true, "SELECT 1 / 0"));
        Assert.That(committed, Is.EqualTo(new[] { 1 }));
        Assert.That(Rows(database), Is.EqualTo("1"));
    }

    [Test]
    public async Task A_COMMIT_that_is_refused_ends_the_next_transaction_too()
    {
        using var database = TableOfNumbers();
        await using var session = await OpenAsync(database.Server.Port, database.Name);
        var committed = new List<int>();
        await NextAsync(session, 1, committed, isLast: false, "INSERT INTO t VALUES (1)");
        var error = await Assert.ThrowsAsync<PostgresException>(() => NextAsync(session, 2, committed, isLast: true));
        Assert.That(error!.SqlState, Is.EqualTo(PostgresErrorCodes.UniqueViolation));
        Assert.That((committed.Count, Rows(database)), Is.EqualTo((0, "0")));
    }

    [TestCase(Fault.Silence, "0")]
    [TestCase(Fault.Mute, "1")]
    [TestCase(Fault.Cut, "0")]
    [TestCase(Fault.CutAnswer, "1")]
    public async Task A_COMMIT_with_the_next_transaction_that_is_not_answered_is_in_doubt(Fault fault, string rows)
    {
        using var database = TableOfNumbers();
        using var proxy = new StatementProxy(database.Server.Port, "COMMIT", fault);
        await using var session = await OpenAsync(proxy.Port, database.Name);
        var committed = new List<int>();
        await NextAsync(session, 1, committed, isLast: false);
        Assert.That(async () => await NextAsync(session, 2, committed, isLast: true), Throws.InstanceOf<CommitInDoubtException>());
        Assert.That((committed.Count, Rows(database)), Is.EqualTo((0, rows)));
    }

    [Test]
    public async Task A_session_that_ended_before_its_COMMIT_is_in_doubt()
    {
        using var database = TableOfNumbers();
        await using var session = await OpenAsync(database.Server.Port, database.Name);
        await NextAsync(session, 1, [], isLast: false);
        database.Execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'migrator' "
            + "AND datname = current_database()");
        Assert.That(async () => await NextAsync(session, 2, [], isLast: true), Throws.InstanceOf<CommitInDoubtException>());
        Assert.That(Rows(database), Is.EqualTo("0"));
    }

    [Test]
    public async Task Another_use_of_the_session_commits_first()
    {
        using var database = TableOfNumbers();
        await using var session = await OpenAsync(database.Server.Port, database.Name);
        var committed = new List<int>();
        await NextAsync(session, 1, committed, isLast: false);
        Assert.That(await ReadAsync(session, "SELECT 42"), Is.EqualTo(42));
        Assert.That((committed.Count, Rows(database)), Is.EqualTo((1, "1")));
    }

    private static TestDatabase TableOfNumbers()
    {
        var database = PostgresServer.Shared.CreateDatabase();
        database.Execute("CREATE TABLE t (x int UNIQUE DEFERRABLE INITIALLY DEFERRED)");
        return database;
    }

    private static string? Rows(TestDatabase database) => database.Query("SELECT count(*) FROM t").Single();

    private static Task<bool> NextAsync(DatabaseSession session, int number, List<int> committed, bool isLast, string more = "SELECT 1") =>
        session.WriteNextAsync(
            [new("BEGIN"), new($"INSERT INTO t VALUES ({number})"), new(more)],
            _ => Task.FromResult(true),
            new NextTransaction(() => committed.Add(number), isLast, Lost: Task.Delay(2000)),
            CancellationToken.None);

    [Test]
    public async Task Cancellation_ends_an_unanswered_query()
    {
        using var proxy = new StatementProxy(PostgresServer.Shared.Port, "SELECT 42", Fault.Silence, times: 10);
        await using var session = await OpenAsync(proxy.Port);
        session.Limits = new ServerLimits();
        using var signal = new CancellationTokenSource();
        var look = session.WriteAsync([new("BEGIN"), new("SELECT 42")], _ => Task.FromResult(true), signal.Token);
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
