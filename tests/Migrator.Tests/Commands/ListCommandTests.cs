namespace Migrator.Tests.Commands;

internal sealed class ListCommandTests : CommandTest
{
    [Test]
    public void On_an_empty_database_it_exits_with_3_and_creates_nothing()
    {
        var result = Migrator("list");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(3));
            Assert.That(result.Output, Does.Contain("The database is empty"));
            Assert.That(Tables(), Is.Empty);
        });
    }

    [Test]
    public void A_schema_without_a_ledger_beside_one_that_has_it_is_named_with_it()
    {
        StartBootstrapped();
        const string Words = "Schema 'other' is empty, and schema 'public' has a ledger of Kong's";
        var list = Migrator("list", ("pg_schema", "other"));
        Assert.That(list.ExitCode, Is.EqualTo(3));
        Assert.That(list.Output, Does.Contain(Words).And.Contain("is empty in schema 'other'").And.Contain("Correct pg_schema"));
        foreach (var command in new[] { "up", "finish", "advise", "verify", "wait --timeout 0" })
        {
            var refused = Migrator(command, ("pg_schema", "other"));
            Assert.That((refused.ExitCode, refused.Errors), Is.EqualTo((3, refused.Errors)), command);
            Assert.That(refused.Errors, Does.Contain(Words).IgnoreCase, command);
        }

        var bootstrap = Migrator("bootstrap", ("pg_schema", "other"));
        Assert.That(bootstrap.ExitCode, Is.Zero, bootstrap.Errors);
        Assert.That(bootstrap.Errors, Does.Contain($"warning: {Words}"));
        Assert.That(Migrator("list", ("pg_schema", "other")).Output, Does.Not.Contain("'public'"));
    }

    [Test]
    public void On_an_up_to_date_database_it_exits_with_0_and_lists_all_migrations_on_request()
    {
        StartBootstrapped();
        var result = Migrator("list --all");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero);
            Assert.That(result.Output, Does.Match("executed  core +000_base +Kong 1.0\n")
                .And.Match("executed  core +024_380_to_390 +Kong 3.9\n")
                .And.Contain("up to date"));
            Assert.That(result.Errors, Is.Empty);
        });
    }

    [Test]
    public void Pending_migrations_exit_with_4()
    {
        StartBootstrapped();
        Database.Execute("UPDATE schema_meta SET executed = NULL, pending = '{001_360_to_370}', last_executed = NULL WHERE subsystem = "
            + "'ai-proxy'");
        var result = Migrator("list");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(4));
            Assert.That(result.Output, Does.Contain("pending  ai-proxy  001_360_to_370  Kong 3.7\n"));
        });
    }

    [Test]
    public void New_migrations_exit_with_5()
    {
        StartBootstrapped();
        Database.Execute("DELETE FROM schema_meta WHERE subsystem = 'ai-proxy'");
        Assert.That(Migrator("list").ExitCode, Is.EqualTo(5));
    }

    [TestCase("", "DELETE FROM services", 3)]
    [TestCase("", "", 5)]
    [TestCase("routes", "", 5)]
    [TestCase("services", "", 3)]
    public void Rows_that_can_be_read_without_waiting_tell_a_used_database_from_an_interrupted_bootstrap(
        string locked, string delete, int exitCode)
    {
        StartBootstrapped();
        Database.Execute(
            $"""
            INSERT INTO services (id, name, ws_id) SELECT '10000000-0000-4000-8000-000000000001', 's', id FROM workspaces; {delete};
            DELETE FROM schema_meta WHERE subsystem <> 'core';
            """);
        using var other = Database.Connect();
        using var hold = new Npgsql.NpgsqlCommand(locked.Length == 0 ? "BEGIN" : $"BEGIN; LOCK TABLE {locked}", other);
        hold.ExecuteNonQuery();

        Assert.That(Migrator("list").ExitCode, Is.EqualTo(exitCode));
    }

    [TestCase("DROP TABLE services, routes, plugins, consumers, upstreams, certificates, ca_certificates CASCADE")]
    [TestCase("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM kong; GRANT SELECT ON schema_meta, locks TO kong")]
    [TestCase("DROP TABLE ca_certificates; CREATE TABLE ca_certificates (i int); GRANT ALL ON ca_certificates TO PUBLIC; "
        + "CREATE TABLE child () INHERITS (ca_certificates); INSERT INTO child VALUES (1)")]
    [TestCase("DROP TABLE ca_certificates; CREATE TABLE ca_certificates (i int) PARTITION BY LIST (i); GRANT ALL ON ca_certificates TO "
        + "PUBLIC; CREATE TABLE part PARTITION OF ca_certificates DEFAULT; INSERT INTO ca_certificates VALUES (1)")]
    public void Tables_that_are_missing_or_not_the_gateways_own_do_not_count_as_rows(string change)
    {
        StartBootstrapped();
        Database.Execute("DELETE FROM schema_meta WHERE subsystem <> 'core'; " + change);

        var list = Migrator("list");
        Assert.That(list.ExitCode, Is.EqualTo(3), list.Errors);
    }

    [Test]
    public void An_incomplete_bootstrap_exits_with_3()
    {
        Database.Execute("CREATE TABLE schema_meta (key text, subsystem text, last_executed text, executed text[], pending text[], "
            + "PRIMARY KEY (key, subsystem))");
        var result = Migrator("list");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(3));
            Assert.That(result.Output, Does.Contain("incomplete").And.Contain("migrator bootstrap"));
        });
    }

    [Test]
    public void Rows_of_other_subsystems_are_listed_as_unknown()
    {
        StartBootstrapped();
        Database.Execute("INSERT INTO schema_meta VALUES ('schema_meta', 'my-plugin', '001_mine', '{000_base_mine,001_mine}')");
        var result = Migrator("list");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero);
            Assert.That(result.Output, Does.Contain("unknown  my-plugin  000_base_mine")
                .And.Contain("unknown  my-plugin  001_mine"));
        });
    }

    [Test]
    public void It_does_not_wait_for_locks_on_the_gateways_tables()
    {
        StartBootstrapped();
        Database.Execute("DELETE FROM schema_meta WHERE subsystem <> 'core'");
        using var holder = Database.Connect();
        using var transaction = holder.BeginTransaction();
        using var command = holder.CreateCommand();
        command.CommandText = "LOCK TABLE services, routes, plugins, consumers, upstreams, certificates, ca_certificates";
        command.ExecuteNonQuery();

        Assert.That(Migrator("list --db-timeout 5").ExitCode, Is.EqualTo(3));
    }

    [Test]
    public void It_works_with_a_row_security_policy_on_the_gateways_tables()
    {
        StartBootstrapped();
        Database.Execute(
            """
            ALTER TABLE services ENABLE ROW LEVEL SECURITY; ALTER TABLE services FORCE ROW LEVEL SECURITY;
            CREATE POLICY nobody ON services USING (false); DELETE FROM schema_meta WHERE subsystem <> 'core';
            """);
        Assert.That(Migrator("list").ExitCode, Is.EqualTo(3));
    }
}
