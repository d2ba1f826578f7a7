using TestSupport;

namespace Migrator.Tests.Commands;

internal sealed class BootstrapCommandTests : CommandTest
{
    [Test]
    public void A_table_schema_meta_of_another_program_is_refused()
    {
        Database.Execute("CREATE TABLE schema_meta (id int)");
        var result = Migrator("bootstrap");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(1));
            Assert.That(result.Errors, Does.Contain("is not Kong's ledger").And.Contain("pg_schema"));
            Assert.That(Tables(), Is.EqualTo(new[] { "schema_meta" }));
        });
    }

    [Test]
    public void An_empty_database_is_bootstrapped_and_a_second_run_has_nothing_to_do()
    {
        var first = Migrator("bootstrap");
        var ledger = Ledger();
        var second = Migrator("bootstrap");
        Assert.Multiple(() =>
        {
            Assert.That(first.ExitCode, Is.Zero, first.Errors);
            Assert.That(first.Output, Does.Contain("is at 3.9 (it was empty); target 3.9 (default).\nExecuted 67 migrations in "));
            Assert.That(first.Errors, Does.Contain($"bootstrapping database '{Database.Name}', schema 'public'"));
            Assert.That(second.ExitCode, Is.Zero);
            Assert.That(second.Output, Does.Contain("is at 3.9; target 3.9 (default).\nNothing to do.\n"));
            Assert.That(second.Errors, Is.Empty);
            Assert.That(Ledger(), Is.EqualTo(ledger));
        });
    }

    [Test]
    public void A_missing_schema_is_created_and_no_table_is_created_outside_it()
    {
        var result = Migrator("bootstrap", ("pg_schema", "Gate way"));
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero, result.Errors);
            Assert.That(Tables("Gate way"), Does.Contain("routes").And.Contain("schema_meta").And.Contain("locks"));
            Assert.That(Tables(), Is.Empty);
        });
    }

    [Test]
    public void Migrator_creates_no_table_of_its_own()
    {
        StartBootstrapped();
        Assert.That(Database.Query("SELECT tablename FROM pg_tables WHERE tablename ILIKE '%version%info%'"), Is.Empty);
    }

    [TestCase("", Description = "schema_meta without rows")]
    [TestCase("core 000_base 003_100_to_110")]
    public void A_bootstrap_in_which_Kong_was_killed_is_completed(string recorded)
    {
        StartBootstrapped();
        var complete = Ledger();
        var names = recorded.Split(' ');
        Database.Execute("DELETE FROM schema_meta");
        if (names.Length > 1)
        {
            var executed = string.Join(',', names[1..]);
            Database.Execute($"INSERT INTO schema_meta VALUES ('schema_meta', '{names[0]}', '{names[^1]}', '{{{executed}}}')");
        }

        var result = Migrator("bootstrap");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero, result.Errors);
            Assert.That(result.Errors, Does.Contain("completing the bootstrap"));
            Assert.That(Ledger(), Is.EqualTo(complete));
        });
    }

    [Test]
    public void A_bootstrap_killed_between_Kongs_first_two_tables_is_completed()
    {
        Database.Execute("CREATE TABLE schema_meta (key text, subsystem text, last_executed text, executed text[], pending text[], "
            + "PRIMARY KEY (key, subsystem))");
        var result = Migrator("bootstrap");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero, result.Errors);
            Assert.That(Tables(), Does.Contain("locks"));
            Assert.That(Database.Query("SELECT indexname FROM pg_indexes WHERE indexname = 'locks_ttl_idx'"), Is.Not.Empty);
        });
    }

    [Test]
    public void Completing_a_bootstrap_finishes_a_pending_migration()
    {
        StartBootstrapped();
        var complete = Ledger();
        Database.Execute(
            """
            DELETE FROM schema_meta WHERE subsystem <> 'core';
            UPDATE schema_meta SET executed = '{000_base,003_100_to_110,004_110_to_120}', pending = '{005_120_to_130}',
              last_executed = '004_110_to_120';
            """);

        var result = Migrator("bootstrap");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero, result.Errors);
            Assert.That(Ledger(), Is.EqualTo(complete));
        });
    }

    [Test]
    public void A_table_that_is_not_Kongs_makes_bootstrap_fail()
    {
        Database.Execute("CREATE TABLE services (name text)");
        var result = Migrator("bootstrap");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(6));
            Assert.That(result.Errors, Does.Contain("1 table with Kong's names exists").And.Contain("services").And.Contain("pg_schema"));
            Assert.That(Tables(), Is.EqualTo(new[] { "services" }), "nothing of the bootstrap is left");
        });
    }

    [Test]
    public void An_older_database_is_left_unchanged_with_a_hint_to_run_up()
    {
        StartBootstrapped();
        Database.Execute("UPDATE schema_meta SET executed = array_remove(executed, '024_380_to_390'), last_executed = '023_360_to_370' "
            + "WHERE subsystem = 'core'");
        var ledger = Ledger();

        var result = Migrator("bootstrap");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero);
            Assert.That(result.Output, Does.Contain("Nothing to do.").And.Contain("migrator up"));
            Assert.That(Ledger(), Is.EqualTo(ledger));
        });
    }

    [Test]
    public void A_killed_bootstrap_leaves_an_empty_schema()
    {
        // The last migration cannot lock this table as long as the test holds it.
        Database.Execute("CREATE SCHEMA held; CREATE TABLE held.blocker ()");
        using var holder = Database.Connect();
        using var transaction = holder.BeginTransaction();
        using (var take = new Npgsql.NpgsqlCommand("SELECT pg_advisory_lock(42)", holder))
        {
            take.ExecuteNonQuery();
        }

        Database.Execute(
            """
            CREATE FUNCTION held.wait() RETURNS event_trigger LANGUAGE plpgsql AS
            $$ BEGIN IF to_regclass('public.sessions') IS NOT NULL THEN PERFORM pg_advisory_lock(42); END IF; END $$;
            CREATE EVENT TRIGGER wait ON ddl_command_end EXECUTE PROCEDURE held.wait();
            """);
        using var conf = KongConf.For(Database);
        using var process = MigratorProcess.Start($"bootstrap -c {conf.Path}");
        Assert.That(() => Database.Query(
            "SELECT 1 FROM pg_locks AS l JOIN pg_database AS d ON d.oid = l.database AND d.datname = current_database() "
                + "WHERE locktype = 'advisory' AND NOT granted"),
            Is.Not.Empty.After(20_000, 50));

        process.Kill();
        process.WaitForExit();
        Assert.That(() => Database.Query(
            "SELECT 1 FROM pg_stat_activity WHERE application_name = 'migrator' AND datname = current_database()"),
            Is.Empty.After(20_000, 50));
        transaction.Rollback();
        holder.Close();
        Database.Execute("DROP EVENT TRIGGER wait");
        Assert.Multiple(() =>
        {
            Assert.That(Tables(), Is.Empty);
            Assert.That(Migrator("bootstrap").ExitCode, Is.Zero);
        });
    }

    [Test]
    public void Twenty_concurrent_runs_succeed_and_every_migration_is_recorded_once()
    {
        using var conf = KongConf.For(Database);
        var processes = Enumerable.Range(0, 20).Select(_ => MigratorProcess.Start($"bootstrap -c {conf.Path}")).ToList();
        foreach (var process in processes)
        {
            process.WaitForExit();
        }

        Assert.Multiple(() =>
        {
            Assert.That(processes.Select(p => p.ExitCode), Is.All.Zero);
            Assert.That(Database.Query("SELECT count(*) FROM schema_meta, unnest(executed)"), Is.EqualTo(new[] { "67" }));
            Assert.That(Database.Query("SELECT count(DISTINCT (subsystem, name)) FROM schema_meta, unnest(executed) AS name"),
                Is.EqualTo(new[] { "67" }));
        });
        processes.ForEach(p => p.Dispose());
    }
}
