namespace Migrator.Tests.Commands;

internal sealed class ForceTests : CommandTest
{
    [Test]
    public void Up_and_finish_with_force_repair_the_schema_and_keep_rows_and_ledger([Values("up", "finish")] string command)
    {
        StartBootstrapped();
        Database.Execute(
            """
            INSERT INTO routes (id, paths, ws_id) SELECT '00000000-0000-4000-8000-000000000001', ARRAY['~/x', '/a b'], id FROM workspaces;
            INSERT INTO plugins (id, name, config, enabled, ws_id)
            SELECT '00000000-0000-4000-8000-000000000002', 'acl', '{"allow": ["a"]}', true, id FROM workspaces;
            DROP TABLE filter_chains;
            ALTER TABLE services DROP COLUMN tls_verify_depth;
            DROP INDEX routes_tags_idx;
            """);
        var ledger = Ledger();

        var result = Migrator(command + " --force");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero, result.Errors);
            Assert.That(Tables(), Does.Contain("filter_chains").And.Not.Contain("vaults_beta").And.Not.Contain("cluster_ca"));
            Assert.That(Database.Query("SELECT indexname FROM pg_indexes WHERE indexname = 'routes_tags_idx'"), Is.Not.Empty);
            Assert.That(Database.Query("SELECT paths::text FROM routes"), Is.EqualTo(new[] { "{~/x,\"/a b\"}" }));
            Assert.That(Database.Query("SELECT config::text FROM plugins"), Is.EqualTo(new[] { "{\"allow\": [\"a\"]}" }));
            Assert.That(Ledger(), Is.EqualTo(ledger));
        });
    }

    [Test]
    public void Force_is_refused_for_a_version_older_than_the_database()
    {
        StartBootstrapped();
        var result = Migrator("up --force --gateway-version 3.3");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(1));
            Assert.That(result.Errors, Does.Contain("newer than the gateway version"));
            Assert.That(Tables(), Does.Not.Contain("ttls"));
        });
    }

    [Test]
    public void Bootstrap_with_force_drops_the_tables_only_with_yes()
    {
        StartBootstrapped();
        Database.Execute("INSERT INTO consumers (id, username) VALUES ('00000000-0000-4000-8000-000000000001', 'somebody')");
        var refused = Migrator("bootstrap --force");
        var kept = Database.Query("SELECT username FROM consumers");
        var result = Migrator("bootstrap --force --yes");
        Assert.Multiple(() =>
        {
            Assert.That(refused.ExitCode, Is.EqualTo(2));
            Assert.That(refused.Errors, Does.Contain("--yes"));
            Assert.That(kept, Is.EqualTo(new[] { "somebody" }));
            Assert.That(result.ExitCode, Is.Zero, result.Errors);
            Assert.That(result.Output, Does.Contain("Executed 67 migrations"));
            Assert.That(Database.Query("SELECT username FROM consumers"), Is.Empty);
        });
    }
}
