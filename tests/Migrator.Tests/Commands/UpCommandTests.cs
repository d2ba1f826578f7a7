namespace Migrator.Tests.Commands;

internal sealed class UpCommandTests : CommandTest
{
    [Test]
    public void A_constraint_of_the_operators_own_that_a_rewrite_violates_is_named_and_nothing_is_left_of_the_step()
    {
        StartOld();
        Database.Execute(
            """
            INSERT INTO routes (id, name, paths, ws_id) SELECT gen_random_uuid(), 'r', ARRAY['/a\d'], id FROM workspaces;
            ALTER TABLE routes ADD CONSTRAINT mine CHECK (paths[1] NOT LIKE '~%');
            """);
        var up = Migrator("up --gateway-version 3.0");
        Assert.Multiple(() =>
        {
            Assert.That(up.ExitCode, Is.EqualTo(1));
            Assert.That(up.Errors, Does.Contain("Migration core/016_280_to_300").And.Contain("violates check constraint \"mine\" [23514]")
                .And.Contain("why: Its transaction was rolled back").And.Contain("DROP CONSTRAINT \"mine\";"), up.Errors);
            Assert.That(up.Errors, Does.Not.Contain("~/a"), "DETAIL has the row");
            Assert.That(Ledger().Single(l => l!.StartsWith("core ", StringComparison.Ordinal)), Does.Not.Contain("016_280_to_300"));
            Assert.That(Database.Query("SELECT paths::text FROM routes WHERE name = 'r'")[0], Does.Not.Contain("~"));
        });
    }

    [Test]
    public void A_warning_of_the_server_that_is_about_no_row_is_shown_and_not_counted()
    {
        StartBootstrapped("3.8");
        Database.Execute(
            """
            CREATE FUNCTION remark() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE WARNING 'by the way'; RETURN NULL; END $$;
            CREATE TRIGGER remark AFTER INSERT OR UPDATE ON schema_meta FOR EACH ROW EXECUTE FUNCTION remark();
            """);
        var up = Migrator("up");
        Assert.That(up.ExitCode, Is.Zero, up.Errors);
        Assert.That(up.Errors, Does.Contain("by the way"));
        Assert.That(up.Output, Does.Not.Contain("need attention"));
    }

    [Test]
    public void An_empty_database_is_refused()
    {
        var result = Migrator("up");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(3));
            Assert.That(result.Output, Is.Empty);
            Assert.That(result.Errors, Does.Contain("is empty").And.Contain("migrator bootstrap"));
            Assert.That(Tables(), Is.Empty);
        });
    }

    [Test]
    public void Up_leaves_migrations_with_a_finish_phase_pending_and_finish_executes_them()
    {
        StartBootstrapped();
        DeleteTwoFromLedger();

        var up = Migrator("up");
        var afterUp = Database.Query("SELECT pending::text FROM schema_meta WHERE subsystem = 'ai-proxy'");
        var again = Migrator("up");
        var finish = Migrator("finish");
        Assert.Multiple(() =>
        {
            Assert.That(up.ExitCode, Is.Zero, up.Errors);
            Assert.That(up.Output,
                Does.Contain("Executed 2 migrations").And.Contain("; 1 waits for finish.").And.Contain("migrator finish"));
            Assert.That(afterUp, Is.EqualTo(new[] { "{001_360_to_370}" }));
            Assert.That(again.ExitCode, Is.Zero);
            Assert.That(again.Output, Does.Contain("Nothing to do"));
            Assert.That(finish.ExitCode, Is.Zero, finish.Errors);
            Assert.That(finish.Output, Does.Contain("Finished 1 migration"));
            Assert.That(Migrator("list").ExitCode, Is.Zero);
        });
    }

    [Test]
    public void The_summary_counts_the_routes_that_were_changed()
    {
        Migrator("bootstrap --gateway-version 2.8");
        Database.Execute("INSERT INTO routes (id, paths) SELECT gen_random_uuid(), ARRAY[path] "
            + "FROM unnest('{/plain,/re/(\\d+),/a%20b,/~%2F}'::text[]) AS path");
        Assert.That(Migrator("up --gateway-version 3.4").Output, Does.Contain(", rewrote 2 rows; "));
    }

    [Test]
    public void While_an_upgrade_is_pending_the_next_one_is_refused()
    {
        StartBootstrapped();
        DeleteTwoFromLedger();
        Database.Execute("UPDATE schema_meta SET executed = array_remove(executed, '003_350_to_360'), pending = '{003_350_to_360}' WHERE "
            + "subsystem = 'acme'");
        var ledger = Ledger();

        var result = Migrator("up");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(4));
            Assert.That(result.Errors, Does.Contain("acme/003_350_to_360").And.Contain("migrator finish"));
            Assert.That(Ledger(), Is.EqualTo(ledger));
        });
    }

    [Test]
    public void An_interrupted_upgrade_is_continued_although_migrations_are_pending()
    {
        StartBootstrapped("2.8");
        Database.Execute("CREATE SCHEMA before; CREATE TABLE before.ledger AS SELECT * FROM schema_meta");
        Migrator("up");
        var complete = Ledger();
        Database.Execute(
            """
            DELETE FROM schema_meta WHERE subsystem > 'http-log';
            INSERT INTO schema_meta SELECT * FROM before.ledger WHERE subsystem > 'http-log';
            """);
        var result = Migrator("up");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero, result.Errors);
            Assert.That(Ledger(), Is.EqualTo(complete));
        });
    }

    [Test]
    public void Ten_concurrent_upgrades_succeed()
    {
        StartBootstrapped("2.8");
        using var conf = TestSupport.KongConf.For(Database);
        var processes = Enumerable.Range(0, 10).Select(_ => TestSupport.MigratorProcess.Start($"up -c {conf.Path}")).ToList();
        processes.ForEach(p => p.WaitForExit());
        Assert.Multiple(() =>
        {
            Assert.That(processes.Select(p => p.ExitCode), Is.All.Zero);
            Assert.That(Migrator("list").ExitCode, Is.EqualTo(4));
        });
        processes.ForEach(p => p.Dispose());
    }

    [Test]
    public void A_database_of_a_gateway_with_few_plugins_is_upgraded()
    {
        StartBootstrapped("3.4");
        Database.Execute("DELETE FROM schema_meta WHERE subsystem NOT IN ('core', 'key-auth', 'rate-limiting'); DROP TABLE acls, "
            + "acme_storage, sessions");
        var bootstrap = Migrator("bootstrap");
        var up = Migrator("up");
        Assert.Multiple(() =>
        {
            Assert.That(bootstrap.Output, Does.Contain("Nothing to do.").And.Contain("migrator up"), bootstrap.Errors);
            Assert.That(up.ExitCode, Is.Zero, up.Errors);
            Assert.That(Migrator("list").ExitCode, Is.EqualTo(4));
            Assert.That(Tables(), Does.Contain("acls").And.Contain("sessions"));
        });
    }

    [TestCase("2.8", "")]
    [TestCase("3.4", "")]
    [TestCase("3.4", ", 'acl', 'acme'")]
    [TestCase("3.9", "")]
    public void A_used_database_without_plugins_is_not_an_incomplete_bootstrap(string version, string loaded)
    {
        StartBootstrapped(version);
        Database.Execute(
            $"""
            INSERT INTO services (id, name, ws_id) SELECT '10000000-0000-4000-8000-000000000001', 's', id FROM workspaces;
            DELETE FROM schema_meta WHERE subsystem NOT IN ('core'{loaded}); DROP TABLE basicauth_credentials, sessions;
            """);
        var ledger = Ledger();

        var bootstrap = Migrator("bootstrap");
        var untouched = Ledger();
        var up = Migrator("up");
        var finish = Migrator("finish");
        Assert.Multiple(() =>
        {
            Assert.That(bootstrap.Output, Does.Contain("Nothing to do.").And.Contain("migrator up"), bootstrap.Errors);
            Assert.That(untouched, Is.EqualTo(ledger));
            Assert.That(up.ExitCode, Is.Zero, up.Errors);
            Assert.That(finish.ExitCode, Is.Zero, finish.Errors);
            Assert.That(Migrator("list").ExitCode, Is.Zero);
            Assert.That(Tables(), Does.Contain("basicauth_credentials").And.Contain("sessions"));
        });
    }

    [Test]
    public void A_bootstrap_interrupted_after_the_core_is_completed()
    {
        StartBootstrapped();
        Database.Execute("DELETE FROM schema_meta WHERE subsystem <> 'core'");
        var up = Migrator("up");
        var bootstrap = Migrator("bootstrap");
        Assert.Multiple(() =>
        {
            Assert.That(up.ExitCode, Is.EqualTo(3));
            Assert.That(up.Errors, Does.Contain("The bootstrap of database '"));
            Assert.That(bootstrap.ExitCode, Is.Zero, bootstrap.Errors);
            Assert.That(Migrator("list").ExitCode, Is.Zero);
        });
    }

    [Test]
    public void A_failed_migration_leaves_no_table_and_no_ledger_entry_and_earlier_ones_are_kept()
    {
        StartBootstrapped();
        Database.Execute(
            """
            DROP TABLE clustering_sync_delta, clustering_sync_version;
            UPDATE schema_meta SET executed = array_remove(array_remove(executed, '024_380_to_390'), '022_350_to_360'),
              last_executed = '023_360_to_370' WHERE subsystem = 'core';
            CREATE FUNCTION public.refuse() RETURNS event_trigger LANGUAGE plpgsql AS
            $$ BEGIN IF to_regclass('public.clustering_sync_delta') IS NOT NULL THEN RAISE EXCEPTION 'no delta here'; END IF; END $$;
            CREATE EVENT TRIGGER refuse ON ddl_command_end EXECUTE PROCEDURE public.refuse();
            """);

        var result = Migrator("up");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(1));
            Assert.That(result.Errors,
                Does.Contain("Migration core/024_380_to_390 failed: no delta here [P0001]").And.Contain("clustering_sync_delta"));
            Assert.That(result.Errors, Does.Contain("core/022_350_to_360").And.Contain("What was committed is kept"));
            Assert.That(Tables(), Does.Not.Contain("clustering_sync_version"), "made by the same migration, before the failure");
            Assert.That(
                Database.Query("SELECT '022_350_to_360' = ANY (executed) FROM schema_meta WHERE subsystem = 'core'"),
                Is.EqualTo(new[] { "t" }));
            Assert.That(Database.Query("SELECT '024_380_to_390' = ANY (executed) FROM schema_meta WHERE subsystem = 'core'"),
                Is.EqualTo(new[] { "f" }));
        });
    }

    /// <summary>Deletes two migrations from the ledger, as in a database of 3.6.</summary>
    private void DeleteTwoFromLedger() => Database.Execute(
        """
        UPDATE schema_meta SET executed = array_remove(executed, '024_380_to_390'), last_executed = '023_360_to_370'
          WHERE subsystem = 'core';
        DELETE FROM schema_meta WHERE subsystem = 'ai-proxy';
        """);
}
