using Migrator.Sessions;
using Npgsql;
using TestSupport;

namespace Migrator.Tests.Connecting;

/// <summary>
/// The words of poolers: a wrong password or database has PostgreSQL's remedy, and a full or cut-off pooler is waited for.
/// </summary>
internal sealed class PoolerLoginTests
{
    private const string PgBouncer = "pgbouncer";
    private const string Pgpool = "pgpool";

    [TestCase("08P01", "SASL authentication failed", "28P01")]
    [TestCase("08P01", "password authentication failed", "28P01")]
    [TestCase("08P01", "no such user: kong", "28P01")]
    [TestCase("08P01", "\"trust\" authentication failed", "28P01")]
    [TestCase("08P01", "server login has been failing, cached error: password authentication failed for user \"kong\"", "28P01")]
    [TestCase("XX000", "failed to authenticate with backend using SCRAM", "28P01")]
    [TestCase("XX000", "The password that was provided for the role kong is wrong.", "28P01")]
    [TestCase("XX000", "This RDS proxy has no credentials for the role kong. Check the credentials for this role and try again.", "28P01")]
    [TestCase("08P01", "no such database: kong", "3D000")]
    [TestCase("08P01", "server login has been failing, cached error: database \"kong\" does not exist (server_login_retry)", "3D000")]
    [TestCase("08P01", "server login has been failing, cached error: role \"kong\" does not exist (server_login_retry)", "28000")]
    [TestCase("08P01", "role \"kong\" is not permitted to log in", "28000")]
    [TestCase("08P01", "PAM authentication failed for user \"kong\"", "28000")]
    [TestCase("08P01", "database \"kong\" is not currently accepting connections", "55000")]
    [TestCase("08P01", "permission denied for database \"kong\"", "42501")]
    [TestCase("08P01", "too many connections for role \"kong\"", "53300")]
    [TestCase("08P01", "login rejected", "28000")]
    [TestCase("08P01", "SSL required", "28000")]
    [TestCase("XX000", "This RDS Proxy requires TLS connections", "28000")]
    [TestCase("08P01", "no more connections allowed (max_client_conn)", "53300")]
    [TestCase("08P01", "query_wait_timeout", "53300")]
    [TestCase("XX000", "Timed-out waiting to acquire database connection", "53300")]
    [TestCase("XX000", "Sorry, too many clients already", "53300")]
    [TestCase("08P01", "server login has been failing, try again later (server_login_retry)", "57P03")]
    [TestCase("08P01", "client_login_timeout (server down)", "57P03")]
    [TestCase("08P01", "server conn crashed?", "57P03")]
    [TestCase("XX000", "all backend nodes are down, pgpool requires at least one valid node", "57P03")]
    [TestCase("XX000", "pgpool is not accepting any new connections", "57P03")]
    [TestCase("08P01", "unsupported startup parameter: options", "08P01")]
    [TestCase("XX000", "cache lookup failed for relation 5", "XX000")]
    [TestCase("42704", "role \"too many clients\" does not exist", "42704")]
    public void A_message_of_a_pooler_has_the_meaning_of_PostgreSQLs(string state, string text, string meaning)
    {
        var refusal = new PostgresException(text, "FATAL", "FATAL", state);
        Assert.That(PoolerWords.SqlState(refusal), Is.EqualTo(meaning));
        Assert.That(TransientRefusal.Is(refusal), Is.EqualTo(meaning is "53300" or "57P03"));
    }

    [TestCase("40001", true)]
    [TestCase("40P01", true)]
    [TestCase("57P01", true)]
    [TestCase("57P05", true)]
    [TestCase("08006", true)]
    [TestCase("53300", true)]
    [TestCase("42501", false)]
    [TestCase("57014", false)]
    [TestCase("42P01", false)]
    public void Reads_are_repeated_after_refusals_that_pass(string state, bool isTransient)
    {
        var refusal = new PostgresException("canceling statement due to conflict with recovery", "ERROR", "ERROR", state);
        Assert.That(SessionErrors.IsTransient(refusal), Is.EqualTo(isTransient));
        Assert.That(SessionDiagnosis.Explain(refusal).IsTransient, Is.EqualTo(isTransient));
    }

    [Test]
    public void A_wrong_password_behind_PgBouncer_names_pg_password()
    {
        using var pooler = Start(PgBouncer, PostgresServer.Shared, "auth_type = scram-sha-256");
        var result = Run("list", pooler, "kong", ("pg_password", "wrong"));
        ConnectionErrorTests.AssertRefused(9, result, "refused the password of user 'kong'", "pg_password");
    }

    [TestCase(PgBouncer)]
    [TestCase(Pgpool)]
    public void A_wrong_database_behind_a_pooler_names_pg_database(string program)
    {
        using var pooler = Start(program, PostgresServer.Shared);
        ConnectionErrorTests.AssertRefused(9, Run("list", pooler, "no_such_one"), "has no database 'no_such_one'", "pg_database");
    }

    [TestCase("kong", "no such database: no_such_one")]
    [TestCase("no_such_one = dbname=nodb", "database \"nodb\" does not exist")]
    public void A_database_that_PgBouncer_does_not_have_names_pg_database_and_the_entry_of_PgBouncer(string databases, string words)
    {
        Require(PgBouncer);
        using var pooler = PoolerServer.Start(PostgresServer.Shared, poolSize: 2, databases);
        var result = Run("list", pooler, "no_such_one");
        ConnectionErrorTests.AssertRefused(9, result, "has no database 'no_such_one'", "pg_database");
        Assert.That(result.Errors, Does.Contain(words).And.Contain("[databases]").And.Not.Contain("CREATE DATABASE"));
    }

    // What the server refuses, and what its own message says.
    [TestCase("user", "pg_user = no_such_one", "refused user 'no_such_one'", "check prints the SQL that makes the user")]
    [TestCase("login", "pg_user = {0}_other", "is not permitted to log in", "ALTER ROLE \"{0}_other\" LOGIN;")]
    [TestCase("limit", "pg_user = {0}_user", "has no connection left", "ALTER ROLE \"{0}_user\" CONNECTION LIMIT -1;")]
    [TestCase("database", "pg_database = no_such_one", "has no database 'no_such_one'", "Check pg_database")]
    [TestCase("closed", "pg_database = {0}", "not currently accepting", "ALTER DATABASE \"{0}\" ALLOW_CONNECTIONS true;")]
    [TestCase("connect", "pg_user = {0}_user", "may not connect to database", "GRANT CONNECT ON DATABASE \"{0}\" TO \"{0}_user\";")]
    public void What_the_server_refuses_has_its_remedy_behind_PgBouncer_also_when_it_is_asked_again(
        string what, string setting, string refusal, string remedy)
    {
        Require(PgBouncer);
        using var server = PostgresServer.Start();
        using var database = server.CreateDatabase();
        string Fill(string text) => text.Replace("{0}", database.Name, StringComparison.Ordinal);
        server.Execute("postgres", Fill("CREATE ROLE {0}_other"));
        server.Execute("postgres", Fill("CREATE ROLE {0}_user LOGIN" + (what == "limit" ? " CONNECTION LIMIT 0" : "")));
        server.Execute("postgres", Fill("REVOKE CONNECT ON DATABASE {0} FROM PUBLIC"));
        server.Execute("postgres", Fill(what == "closed" ? "ALTER DATABASE {0} ALLOW_CONNECTIONS false"
            : what == "connect" ? "SELECT 1" : "GRANT CONNECT ON DATABASE {0} TO PUBLIC"));
        var name = Fill(setting).Split(" = ");
        var users = Path.Combine(Path.GetTempPath(), $"migrator-users-{server.Port}");
        File.WriteAllText(users, $"\"kong\" \"\"\n\"{name[1]}\" \"\"\n");
        using var pooler = PoolerServer.Start(server, poolSize: 2, "*", "server_login_retry = 8", $"auth_file = {users}");
        File.Delete(users);
        (string, string)[] settings = [("pg_timeout", "2000"), (name[0], name[1])];
        var first = Run("list", pooler, database.Name, settings);
        var second = Run("list", pooler, database.Name, settings);

        // A full server is waited for, as long as it takes.
        var (patient, exitCode) = what == "limit" ? (first, 8) : (Run("list --wait 60", pooler, database.Name, settings), 9);
        Assert.Multiple(() =>
        {
            Assert.That((first.ExitCode, first.Errors), Is.EqualTo((exitCode, first.Errors)));
            Assert.That(first.Errors, Does.Contain(Fill(refusal)).And.Contain(Fill(remedy)));

            // An older PgBouncer says nothing until its time is over, a newer one repeats the reason.
            Assert.That(second.Errors, Does.Contain("server_login_retry").Or.Contain(Fill(remedy)));
            Assert.That(second.Errors, Does.Contain("--wait 30").Or.Contain(Fill(remedy)));
            Assert.That(patient.ExitCode, Is.EqualTo(exitCode), patient.Errors);
            Assert.That(patient.Errors, Does.Contain(Fill(remedy)));
        });
    }

    [TestCase(PgBouncer)]
    [TestCase(Pgpool)]
    public void A_full_pooler_is_worth_a_retry_and_waited_for(string program)
    {
        using var database = PostgresServer.Shared.CreateDatabase();
        using var pooler = Start(program, database.Server, "max_client_conn = 1");
        System.Diagnostics.Process waiting;
        using (var first = new NpgsqlConnection($"Host=127.0.0.1;Port={pooler.Port};Username=kong;Database={database.Name};Pooling=false"))
        {
            first.Open();
            ConnectionErrorTests.AssertRefused(8, Run("list", pooler, database.Name), "has no connection left", "Try again");
            waiting = StartRun("list --wait 60", pooler, database.Name);
            Assert.That(waiting.StandardError.ReadLine(), Does.Contain("waiting up to 60 s for the database"));
        }

        using (waiting)
        {
            Assert.That(waiting.WaitForExit(60_000));
            Assert.That(waiting.ExitCode, Is.EqualTo(3), "it is empty");
        }
    }

    [Test]
    public void A_pool_without_a_free_server_is_worth_a_retry_and_waited_for()
    {
        Require(PgBouncer);
        using var database = PostgresServer.Shared.CreateDatabase();
        using var pooler = PoolerServer.Start(database.Server, poolSize: 1, databases: "*", "query_wait_timeout = 1");
        System.Diagnostics.Process waiting;
        using (var first = new NpgsqlConnection($"Host=127.0.0.1;Port={pooler.Port};Username=kong;Database={database.Name};Pooling=false"))
        {
            first.Open();
            using var transaction = first.BeginTransaction();
            new NpgsqlCommand("SELECT 1", first, transaction).ExecuteScalar();
            var refused = Run("list", pooler, database.Name);
            Assert.That((refused.ExitCode, refused.Errors), Is.EqualTo((8, refused.Errors)));
            Assert.That(refused.Errors, Does.Contain("query_wait_timeout"));
            waiting = StartRun("list --wait 60", pooler, database.Name);
            Assert.That(waiting.StandardError.ReadLine(), Does.Contain("waiting up to 60 s for the database"));
        }

        using (waiting)
        {
            Assert.That(waiting.WaitForExit(60_000));
            Assert.That(waiting.ExitCode, Is.EqualTo(3), "it is empty");
        }
    }

    [TestCase(PgBouncer)]
    [TestCase(Pgpool)]
    public void A_pooler_without_a_server_is_worth_a_retry(string program)
    {
        using var server = PostgresServer.Start();
        using var pooler = Start(program, server, "query_wait_timeout = 2");
        server.Stop();
        var result = Run("list", pooler, "postgres");
        Assert.That((result.ExitCode, result.Errors), Is.EqualTo((8, result.Errors)));
    }

    private static void Require(string program)
    {
        if ((program == Pgpool ? PoolerServer.Pgpool : PoolerServer.Program) is null)
        {
            Assert.Ignore($"{program} is not installed (Debian: apt-get install pgbouncer pgpool2)");
        }
    }

    private static PoolerServer Start(string program, PostgresServer server, params string[] settings)
    {
        Require(program);
        return program == Pgpool ? PoolerServer.StartPgpool(server, clients: 2) : PoolerServer.Start(server, poolSize: 2, "*", settings);
    }

    private static KongConf Conf(PoolerServer pooler, string database, (string, string)[] settings) => new(
    [
        ("pg_host", "127.0.0.1"), ("pg_port", $"{pooler.Port}"), ("pg_user", "kong"), ("pg_database", database), .. settings,
    ]);

    private static ProcessResult Run(string command, PoolerServer pooler, string database, params (string, string)[] settings)
    {
        using var conf = Conf(pooler, database, settings);
        return MigratorProcess.Run($"{command} -c {conf.Path}");
    }

    // The process has read its file when it has written its first line.
    private static System.Diagnostics.Process StartRun(string command, PoolerServer pooler, string database) =>
        MigratorProcess.Start($"{command} -c {Conf(pooler, database, []).Path}");
}
