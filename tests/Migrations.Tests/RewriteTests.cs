namespace Migrations.Tests;

/// <summary>Rewrites that keep data which Kong's rewrites lose or fail on.</summary>
public sealed class RewriteTests
{
    private const string Id = "00000000-0000-4000-8000-00000000000";

    [Test]
    public void Only_the_converted_keys_of_a_config_change()
    {
        using var gateway = Gateway.Of("2.8").WithWorkspaces();
        gateway.Database.Execute(
            $$$"""
            INSERT INTO plugins (id, name, enabled, config) VALUES
              ('{{{Id}}}a', 'post-function', true, 
                '{"functions": ["f()"], "log": [], "n": 12345678901234567890.123456789, "x": {"y": [] } }'),
              ('{{{Id}}}b', 'http-log', true, '{"headers": {"A": ["x", 1.50, 12345678901234567890], "B": []}, "list": [], "n": 1.0}'),
              ('{{{Id}}}c', 'http-log', true, '{"headers": {"A": [], "B": {} } }'),
              ('{{{Id}}}d', 'post-function', true, '{"functions": []}');
            """);

        gateway.Up("3.9");
        gateway.Finish();

        Assert.That(gateway.Database.Query("SELECT config::text FROM plugins ORDER BY id"), Is.EqualTo(new[]
        {
            """{"n": 12345678901234567890.123456789, "x": {"y": []}, "log": [], "access": ["f()"]}""",
            """{"n": 1.0, "list": [], "headers": {"A": "x, 1.5, 12345678901234567890"}}""",
            """{"headers": null}""",
            """{"functions": []}""",
        }));
        Assert.That(gateway.Warnings, Is.Empty);
    }

    [Test]
    public void A_warning_has_the_list_that_Kong_removes()
    {
        using var gateway = Gateway.Of("2.0");
        gateway.Database.Execute($$$"""
            INSERT INTO plugins (id, name, enabled, config) VALUES ('{{{Id}}}a', 'acl', true,
              '{"allow": ["friends"], "blacklist": ["x"], "o": []}')
            """);

        gateway.Up("2.8");
        gateway.Finish();

        Assert.That(gateway.Database.Query("SELECT config::text FROM plugins"), Is.EqualTo(new[] { """{"o": [], "deny": ["x"]}""" }));
        Assert.That(gateway.Warnings.ConvertAll(w => w.MessageText), Is.EqualTo(new[]
        {
            $"plugins {Id}a (acl): config.allow was removed, because there is no config.whitelist; config.allow was [\"friends\"]",
        }));
    }

    [Test]
    public void Of_equal_targets_the_newest_is_kept()
    {
        using var gateway = Gateway.Of("2.8").WithWorkspaces();
        gateway.Database.Execute(
            $"""
            INSERT INTO upstreams (id, name, slots, ws_id) VALUES ('{Id}1', 'u', 10, '{Gateway.DefaultWorkspace}');
            INSERT INTO targets (id, upstream_id, target, weight, created_at, ws_id) VALUES
              ('{Id}a', '{Id}1', 'same-age', 1, '2022-01-01', '{Gateway.DefaultWorkspace}'),
              ('{Id}b', '{Id}1', 'same-age', 2, '2022-01-01', '{Gateway.DefaultWorkspace}'),
              ('{Id}c', '{Id}1', 'no-age', 1, NULL, '{Gateway.DefaultWorkspace}'),
              ('{Id}d', '{Id}1', 'no-age', 2, '2022-01-01', '{Gateway.DefaultWorkspace}'),
              ('{Id}e', NULL, 'nowhere', 1, '2022-01-02', NULL),
              ('{Id}f', NULL, 'nowhere', 2, '2022-01-01', NULL);
            """);
        gateway.Up("3.0");

        // Conflicting keys: a gateway of 3.0 wrote this one before a gateway of 2.8 renamed the target.
        gateway.Database.Execute(
            $"UPDATE targets SET cache_key = 'targets:{Id}1:same-age::::{Gateway.DefaultWorkspace}' WHERE id = '{Id}d'");
        gateway.Finish();

        Assert.That(gateway.Database.Query("SELECT right(id::text, 1) || ' ' || cache_key FROM targets ORDER BY id"), Is.EqualTo(new[]
        {
            $"b targets:{Id}1:same-age::::{Gateway.DefaultWorkspace}",
            $"d targets:{Id}1:no-age::::{Gateway.DefaultWorkspace}",
            "e targets::nowhere::::",
        }));
    }

    [Test]
    public void No_vault_is_lost_if_sm_vaults_existed_before()
    {
        using var gateway = Gateway.Of("2.8").WithWorkspaces();
        gateway.Database.Execute(
            $$"""
            CREATE TABLE sm_vaults (LIKE vaults_beta INCLUDING ALL);
            INSERT INTO sm_vaults (id, name, prefix, config) VALUES ('{{Id}}a', 'env', 'mine', '{"new": 1}'), ('{{Id}}b', 'env', 'taken',
              '{}');
            INSERT INTO vaults_beta (id, name, prefix, config) VALUES
              ('{{Id}}a', 'env', 'mine', '{"old": 1}'), ('{{Id}}c', 'aws', 'taken', '{"n": 1}'), ('{{Id}}d', 'gcp', NULL, '{}');
            """);

        gateway.Up("3.9");
        gateway.Finish();

        Assert.That(gateway.Database.Query("SELECT concat_ws(' ', right(id::text, 1), name, prefix, config) FROM sm_vaults ORDER BY id"),
            Is.EqualTo(new[]
        {
            """a env mine {"new": 1}""", "b env taken {}", $$"""c aws taken-{{Id}}c {"n": 1}""", "d gcp {}",
        }));
        Assert.That(gateway.Warnings.ConvertAll(w => w.MessageText), Is.EqualTo(new[]
        {
            $"sm_vaults {Id}c (aws): another vault has the prefix taken already, so it became taken-{Id}c",
        }));
    }

    [Test]
    public void Cache_keys_that_exist_in_both_forms_do_not_fail_the_migration()
    {
        using var gateway = Gateway.Of("2.0");
        gateway.Up("2.8");
        var workspace = gateway.Database.Query("SELECT id FROM workspaces")[0];
        gateway.Database.Execute(
            $$"""
            INSERT INTO plugins (id, name, enabled, config, cache_key) VALUES
              ('{{Id}}a', 'cors', true, '{}', 'plugins:cors::::'), ('{{Id}}b', 'cors', true, '{}', 'plugins:cors:::::{{workspace}}'),
              ('{{Id}}c', 'cors', true, '{}', 'plugins:cors:1:::');
            """);

        gateway.Finish();

        Assert.That(gateway.Database.Query("SELECT cache_key FROM plugins ORDER BY id"), Is.EqualTo(new[]
        {
            "plugins:cors::::", $"plugins:cors:::::{workspace}", $"plugins:cors:1::::{workspace}",
        }));
        Assert.That(gateway.Warned($"plugins {Id}a"), Is.True);
    }
}
