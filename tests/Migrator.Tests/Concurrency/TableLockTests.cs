using System.Globalization;
using Migrator.Tests.Commands;
using Npgsql;
using TestSupport;

namespace Migrator.Tests.Concurrency;

/// <summary>A gateway reads the tables that are being migrated.</summary>
internal sealed class TableLockTests : CommandTest
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    [SetUp]
    public void StartWithOldDatabase() => StartOld();

    [Test]
    public void While_one_reader_holds_routes_others_wait_no_longer_than_the_DDL_lock_timeout()
    {
        using var holder = Hold("routes");
        var blocker = holder.ProcessID;
        using var conf = KongConf.For(Database);
        using var process = MigratorProcess.Start($"up --ddl-lock-timeout {Limit.TotalSeconds} -c {conf.Path}");

        // The reader waits behind the migration. It gets its turn, while the holder still has the table, only because the migration gives
        // up its attempt.
        WaitUntil("SELECT 1 FROM pg_locks WHERE relation = 'routes'::regclass AND NOT granted");
        Assert.That(Database.Query("SELECT count(*) FROM routes"), Has.Count.EqualTo(1));
        string? line;
        var talk = "";
        while ((line = process.StandardError.ReadLine()) is not null && !line.Contains("attempt 2", StringComparison.Ordinal))
        {
            talk += line + "\n";
        }

        holder.Dispose();
        var errors = talk + line + "\n" + process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.Multiple(() =>
        {
            Assert.That(process.ExitCode, Is.Zero, errors);
            Assert.That(errors, Does.Contain($"process {blocker}").And.Contain("application a reader").And.Contain("on routes").And
                .Contain("SELECT count(*) FROM routes"));
            Assert.That(errors, Does.Contain("attempt 2"));
        });
    }

    [Test]
    public void A_blocking_prepared_transaction_is_named_with_the_command_that_ends_it()
    {
        using var server = PostgresServer.Start(["max_prepared_transactions = 2"]);
        using var database = server.CreateDatabase();
        OldDatabase.Fill(database);
        database.Execute("BEGIN; UPDATE routes SET name = name; PREPARE TRANSACTION 'left over''s';");
        using var conf = KongConf.For(database);
        var result = MigratorProcess.Run($"up --ddl-lock-timeout 0.2 --lock-timeout 1 -c {conf.Path}");
        database.Execute("ROLLBACK PREPARED 'left over''s'");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(7));
            Assert.That(result.Errors, Does.Contain("ROLLBACK PREPARED 'left over''s';").And.Contain("on routes"));
        });
    }

    [Test]
    public void When_lock_timeout_expires_the_error_names_the_session_and_the_migration_is_rolled_back()
    {
        using var holder = Hold("routes");
        var result = Migrator("up --ddl-lock-timeout 0.2 --lock-timeout 1");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(7));
            Assert.That(result.Errors,
                Does.Contain($"process {holder.ProcessID}").And.Contain("--lock-timeout 1 s is over")
                    .And.Contain($"SELECT pg_terminate_backend({holder.ProcessID});"));
            Assert.That(Database.Query("TABLE locks"), Is.Empty);
        });
        holder.Dispose();
        Assert.That(Migrator("up").ExitCode, Is.Zero);
    }

    [Test]
    public void A_wait_without_a_limit_names_the_session_and_who_may_end_it([Values("routes", "locks")] string table)
    {
        using var holder = Hold(table, "LOCK TABLE {0} IN SHARE MODE");
        var blocker = holder.ProcessID;
        using var conf = KongConf.For(Database);
        using var process = MigratorProcess.Start($"up --ddl-lock-timeout 0 -c {conf.Path}");
        string? line;
        var lines = new List<string>();
        while ((line = process.StandardError.ReadLine()) is not null
            && !line.Contains("pg_terminate_backend", StringComparison.Ordinal))
        {
            lines.Add(line);
        }

        holder.Dispose();
        lines.Add(line + "\n" + process.StandardError.ReadToEnd());
        process.WaitForExit();
        var errors = string.Join('\n', lines);
        Assert.Multiple(() =>
        {
            Assert.That(process.ExitCode, Is.Zero, errors);
            Assert.That(errors, Does.Match($"Blocked by: process {blocker}, application a reader, user kong, for \\d+ s, on {table}, "
                + "idle in transaction: .*\n  do:  Let it end, or end it, as a superuser: SELECT pg_terminate_backend"));
        });
    }

    [Test]
    public void Who_may_end_a_session_is_said_by_its_role_and_one_of_the_roles_can()
    {
        var (owner, helper) = ($"{Database.Name}_holder", $"{Database.Name}_helper");
        Database.Execute(
            $"CREATE ROLE {owner} LOGIN; CREATE ROLE {helper} LOGIN; GRANT pg_signal_backend TO {helper}; GRANT ALL ON routes TO {owner}");
        using var holder = Hold("routes", "SELECT count(*) FROM {0}", owner);
        var result = Migrator("up --ddl-lock-timeout 0.2 --lock-timeout 1");
        var end = $"SELECT pg_terminate_backend({holder.ProcessID});";
        Assert.That(result.Errors, Does.Contain(
            $"end it, as {owner}, a member of it or of pg_signal_backend (on RDS: of rds_superuser): {end} Then run the command again."));
        Assert.That(PsqlProcess.Run(Database, end, helper).Output, Does.Contain("t"));
        Assert.That(Migrator("up").ExitCode, Is.Zero);
        NpgsqlConnection.ClearAllPools();
        Database.Execute($"DROP OWNED BY {owner}; DROP ROLE {owner}; DROP ROLE {helper}");
    }

    [Test]
    public void Who_has_locked_the_ledger_is_named_by_each_command(
        [Values("list", "status", "check", "up --lock-timeout 2")] string command)
    {
        using var holder = Hold("schema_meta", "LOCK TABLE {0}");
        var result = Migrator(command);
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(command == "check" ? 1 : 7), result.Output + result.Errors);
            Assert.That(result.Output + result.Errors, Does.Contain($"process {holder.ProcessID}, application a reader, user kong, for ")
                .And.Contain("LOCK TABLE schema_meta")
                .And.Contain($"as a superuser: SELECT pg_terminate_backend({holder.ProcessID});"));
        });
    }

    [Test]
    public void If_a_table_is_blocked_only_the_first_replica_makes_attempts()
    {
        using var holder = Hold("routes");
        using var conf = KongConf.For(Database);
        using var first = MigratorProcess.Start($"up --ddl-lock-timeout 0.5 -c {conf.Path}");
        string? line;
        while ((line = first.StandardError.ReadLine()) is not null && !line.Contains("attempt 1", StringComparison.Ordinal))
        {
        }

        using var second = MigratorProcess.Start($"up --ddl-lock-timeout 0.5 -c {conf.Path}");

        // The second run waits three times as long as it takes to declare a runner dead, and does not declare the first one dead.
        WaitForRuns(Database, 2);
        while ((line = first.StandardError.ReadLine()) is not null && !line.Contains("attempt 4", StringComparison.Ordinal))
        {
        }

        holder.Dispose();
        var errors = second.StandardError.ReadToEnd();
        first.WaitForExit();
        second.WaitForExit();
        Assert.Multiple(() =>
        {
            Assert.That((first.ExitCode, second.ExitCode), Is.EqualTo((0, 0)), errors);
            Assert.That(errors, Does.Contain("waiting for").And.Not.Contain("died").And.Not.Contain("attempt"));
        });
    }

    private void WaitUntil(string query) => Assert.That(() => Database.Query(query), Is.Not.Empty.After(60_000, 20));

    private NpgsqlConnection Hold(string table, string how = "SELECT count(*) FROM {0}", string user = "kong")
    {
        var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(Database.Server.ConnectionString(Database.Name))
            { ApplicationName = "a reader", Username = user, Pooling = false }.ConnectionString);
        connection.Open();
        using var command = new NpgsqlCommand("BEGIN; " + string.Format(CultureInfo.InvariantCulture, how, table), connection);
        command.ExecuteNonQuery();
        return connection;
    }
}
