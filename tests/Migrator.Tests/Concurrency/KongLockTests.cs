using Migrator.Tests.Commands;
using Npgsql;
using TestSupport;

namespace Migrator.Tests.Concurrency;

/// <summary>Kong and migrator respect each other's lock.</summary>
/// <remarks>
/// The tests play Kong with its own statements (Kong 3.9.3, kong/db/strategies/postgres/connector.lua: insert_lock, read_lock,
/// remove_lock), in a session whose time zone is UTC, as Kong's is.
/// </remarks>
internal sealed class KongLockTests : CommandTest
{
    private const string InsertLock =
        """
        BEGIN;
          DELETE FROM locks
                WHERE ttl < CURRENT_TIMESTAMP AT TIME ZONE 'UTC';
          INSERT INTO locks (key, owner, ttl)
               VALUES ('migrations', '0b8e5f3c-kong', TO_TIMESTAMP(EXTRACT(EPOCH FROM clock_timestamp()) + 60) AT TIME ZONE 'UTC')
          ON CONFLICT DO NOTHING;
        COMMIT;
        """;

    [SetUp]
    public void StartWithOldDatabase() => StartOld("3.4");

    [Test]
    public void It_waits_for_a_running_Kong_and_names_it_once()
    {
        Kong(InsertLock);
        using var conf = KongConf.For(Database);
        using var process = MigratorProcess.Start($"up -c {conf.Path}");
        WaitForRuns(Database);
        Kong("DELETE FROM \"locks\" WHERE \"key\" = 'migrations' AND \"owner\" = '0b8e5f3c-kong';");
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.Multiple(() =>
        {
            Assert.That(process.ExitCode, Is.Zero, errors);
            Assert.That(errors.Split("Kong, owner 0b8e5f3c-kong, since about"), Has.Length.EqualTo(2));
            Assert.That(Database.Query("TABLE locks"), Is.Empty);
        });
    }

    [Test]
    public void It_keeps_waiting_on_a_server_that_ends_idle_sessions()
    {
        Kong(InsertLock);
        Database.Execute($"ALTER DATABASE {Database.Name} SET idle_session_timeout = '20ms'");
        using var conf = KongConf.For(Database);
        using var process = MigratorProcess.Start($"up -c {conf.Path}");
        WaitForRuns(Database);
        Database.Server.Execute("postgres", $"ALTER DATABASE {Database.Name} RESET idle_session_timeout");
        Database.Execute("DELETE FROM locks");
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, errors);
    }

    [Test]
    public void With_lock_timeout_0_it_does_not_wait()
    {
        Kong(InsertLock);
        var result = Migrator("up --lock-timeout 0");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(7));
            Assert.That(result.Errors, Does.Contain("owner 0b8e5f3c-kong").And.Contain("--lock-timeout 0"));
            Assert.That(Database.Query("SELECT owner FROM locks"), Is.EqualTo(new[] { "0b8e5f3c-kong" }));
        });
    }

    [Test]
    public void It_waits_until_the_lock_of_a_dead_Kong_expires()
    {
        Database.Execute("INSERT INTO locks VALUES ('migrations', 'dead', now() + interval '2 s'), ('other', 'somebody', now() - "
            + "interval '1 s')");
        var result = Migrator("up");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero, result.Errors);
            Assert.That(Database.Query("SELECT key FROM locks"), Is.EqualTo(new[] { "other" }), "what is not ours to clear up stays");
        });
    }

    [Test]
    public void It_waits_for_a_lock_that_never_expires_as_Kong_does()
    {
        Database.Execute("INSERT INTO locks VALUES ('migrations', 'for ever', NULL)");
        var result = Migrator("up --lock-timeout 1");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(7));
            Assert.That(result.Errors, Does.Contain("owner for ever").And.Contain("--lock-timeout 1 s is over"));
        });
    }

    [Test]
    public void A_dead_migrators_row_is_taken_over_at_once()
    {
        Database.Execute("INSERT INTO locks VALUES ('migrations', 'migrator on pod-1, process 1, since 2026-01-01 00:00:00 UTC, run "
            + "12345678', now() + interval '60 s')");
        var result = Migrator("up --lock-timeout 0");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero, result.Errors);
            Assert.That(result.Errors, Does.Contain("migrator on pod-1"));
            Assert.That(Database.Query("TABLE locks"), Is.Empty);
        });
    }

    [Test]
    public void During_a_run_Kong_gets_no_lock_even_if_the_row_has_expired()
    {
        using var process = StartBlockedUp(out var holder, out var conf);
        var row = Database.Query("SELECT owner FROM locks WHERE key = 'migrations' AND ttl > now() + interval '30 s'");
        Kong(InsertLock);
        var owner = Database.Query("SELECT owner FROM locks");

        // As if the statement had taken longer than the row is valid. migrator's lock does not block a renewal, but blocks a DELETE.
        Database.Execute("SET lock_timeout = '2s'; UPDATE locks SET ttl = now() - interval '1 s'");
        var refused = Assert.Throws<PostgresException>(() => Kong("SET statement_timeout = '1s'; " + InsertLock));
        holder.Dispose();
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        conf.Dispose();
        Assert.Multiple(() =>
        {
            Assert.That(row, Has.Count.EqualTo(1));
            Assert.That(row[0], Does.StartWith($"migrator on {Environment.MachineName}, process {process.Id}, since 20"));
            Assert.That(owner, Is.EqualTo(row), "Kong saw our row, and inserted nothing, at once");
            Assert.That(refused!.SqlState, Is.EqualTo(PostgresErrorCodes.QueryCanceled));
            Assert.That(process.ExitCode, Is.Zero, errors);
            Assert.That(Database.Query("TABLE locks"), Is.Empty);
        });
    }

    [Test]
    public void A_run_whose_work_another_run_did_leaves_no_lock_row()
    {
        // The ledger shows the other run's work immediately after the row of this run is inserted.
        Migrator("migrate --finish");
        Database.Execute(
            """
            CREATE SCHEMA other; CREATE TABLE other.ledger AS TABLE schema_meta;
            UPDATE schema_meta SET executed = array_remove(executed, '024_380_to_390') WHERE subsystem = 'core';
            CREATE FUNCTION other.finish() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN DELETE FROM public.schema_meta; INSERT INTO public.schema_meta TABLE other.ledger; RETURN new; END $$;
            CREATE TRIGGER finish BEFORE INSERT ON locks FOR EACH ROW EXECUTE PROCEDURE other.finish();
            """);
        var result = Migrator("up");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero, result.Errors);
            Assert.That(result.Output, Does.Contain("Nothing to do: another runner has done the work meanwhile."));
            Assert.That(Database.Query("TABLE locks"), Is.Empty);
        });
    }

    [Test]
    public void The_lock_row_is_renewed_during_a_long_statement()
    {
        Assume.That(Environment.GetEnvironmentVariable("MIGRATOR_STRESS"), Is.EqualTo("long"), "takes half a minute: tests/stress.sh");
        using var process = StartBlockedUp(out var holder, out var conf);
        Database.Execute("UPDATE locks SET ttl = now() + interval '5 s'");
        Assert.That(() => Database.Query("SELECT 1 FROM locks WHERE ttl > now() + interval '30 s'"), Is.Not.Empty.After(40_000, 500));
        holder.Dispose();
        process.WaitForExit();
        conf.Dispose();
        Assert.That(process.ExitCode, Is.Zero);
    }

    /// <summary>Starts an <c>up</c> with a statement that waits until the holder releases its lock.</summary>
    private System.Diagnostics.Process StartBlockedUp(out NpgsqlConnection holder, out KongConf conf)
    {
        holder = Database.Connect();
        using (var take = new NpgsqlCommand("SELECT pg_advisory_lock(42)", holder))
        {
            take.ExecuteNonQuery();
        }

        // It waits in a migration, not while migrator tries the migrations on copies, for which it takes no lock.
        Database.Execute(
            """
            CREATE FUNCTION public.wait() RETURNS event_trigger LANGUAGE plpgsql SET lock_timeout = 0 AS
            $$ BEGIN
              IF EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = x'4B4F4E47'::int AND pid = pg_backend_pid()) THEN
                PERFORM pg_advisory_xact_lock(42);
              END IF;
            END $$;
            CREATE EVENT TRIGGER wait ON ddl_command_end EXECUTE PROCEDURE public.wait();
            """);
        conf = KongConf.For(Database);
        var process = MigratorProcess.Start($"up -c {conf.Path}");
        Assert.That(() => Database.Query(
            "SELECT 1 FROM pg_locks AS l JOIN pg_database AS d ON d.oid = l.database AND d.datname = current_database() "
                + "WHERE locktype = 'advisory' AND objid = 42 AND NOT granted"),
            Is.Not.Empty.After(20_000, 50));
        return process;
    }

    private void Kong(string sql)
    {
        using var connection = Database.Connect();
        using var command = new NpgsqlCommand("SET TIME ZONE 'UTC'; " + sql, connection);
        command.ExecuteNonQuery();
    }
}
