namespace Migrations.Tests;

/// <summary>Rows that gateways of the old and the new version write between up and finish, while both run.</summary>
public sealed class BetweenPhasesTests
{
    private const string Id = "00000000-0000-4000-8000-00000000000";

    private static readonly (string Name, string Written, string Finished, bool Warned)[] Configs =
    [
        // Written by a gateway of the old version.
        ("rate-limiting", """{"redis_host": "h", "redis_port": null}""", "{}", true),
        ("response-ratelimiting", """{"redis_port": 1, "redis": {"port": 2}}""", """{"redis": {"port": 2}}""", true),
        ("rate-limiting", """{"redis_host": "h", "redis_ssl": null, "redis": {"host": "h"}}""", """{"redis": {"host": "h"}}""", false),
        ("acme", """{"storage_config": {"redis": {"auth": "a", "host": "h"}}}""", """{"storage_config": {"redis": {"host": "h"}}}""", true),
        ("acme", """{"storage_config": {"redis": {"auth": null, "host": "h"}}}""",
            """{"storage_config": {"redis": {"host": "h"}}}""", false),
        ("pre-function", """{"functions": ["f()"], "access": []}""", """{"access": []}""", true),
        ("post-function", """{"functions": ["f()"]}""", "{}", true),
        ("http-log", """{"headers": {"A": ["x", "y"]}}""", """{"headers": {"A": "x, y"}}""", false),
        ("opentelemetry", """{"queue": {"max_batch_size": 1}}""", """{"queue": {"max_batch_size": 200}}""", false),

        // Written by a gateway of the new version.
        ("rate-limiting", """{"redis": {"host": "n"}}""", """{"redis": {"host": "n"}}""", false),
        ("acme", """{"storage_config": {"redis": {"password": "a"}}}""", """{"storage_config": {"redis": {"password": "a"}}}""", false),
        ("acme", """{"storage_config": {"redis": null}}""", """{"storage_config": {"redis": null}}""", false),
        ("pre-function", """{"access": ["f()"], "functions": []}""", """{"access": ["f()"], "functions": []}""", false),
        ("http-log", """{"headers": {"A": "x"}}""", """{"headers": {"A": "x"}}""", false),

        // Written by Kong's own up phase, from configs that are not objects.
        ("rate-limiting", """[null, {"redis": {"host": null}}]""", """[null, {"redis": {"host": null}}]""", true),
        ("acme", """{"storage_config": {"redis": [null, {"extra_options": {}}]}}""",
            """{"storage_config": {"redis": [null, {"extra_options": {}}]}}""", true),
    ];

    [Test]
    public void Configs_are_finished_as_by_Kong_and_a_warning_names_each_loss()
    {
        using var gateway = Gateway.Of("2.8").WithWorkspaces();
        gateway.Up("3.9");
        foreach (var (number, (name, written, _, _)) in Configs.Index())
        {
            gateway.Database.Execute(
                $"INSERT INTO plugins (id, name, enabled, config) VALUES ('{Plugin(number)}', '{name}', true, '{written}')");
        }

        gateway.Finish();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(gateway.Database.Query("SELECT config FROM plugins ORDER BY id"),
                Is.EqualTo(Configs.Select(config => config.Finished)));
            Assert.That(Enumerable.Range(0, Configs.Length).Select(number => gateway.Warned(Plugin(number))),
                Is.EqualTo(Configs.Select(config => config.Warned)));
            Assert.That(gateway.Warnings.ConvertAll(warning => warning.Hint), Has.None.Null);
        }
    }

    [Test]
    public void Targets_written_by_both_versions_get_the_new_cache_key()
    {
        using var gateway = Gateway.Of("2.8").WithWorkspaces();
        gateway.Database.Execute($"INSERT INTO upstreams (id, name, slots, ws_id) VALUES ('{Id}1', 'u', 10, '{Gateway.DefaultWorkspace}')");
        gateway.Up("3.9");
        gateway.Database.Execute(
            $"""
            INSERT INTO targets (id, upstream_id, target, weight, created_at, ws_id, cache_key) VALUES
              ('{Id}a', '{Id}1', 'old', 1, '2022-01-01', '{Gateway.DefaultWorkspace}', NULL),
              ('{Id}b', '{Id}1', 'new', 1, '2022-01-01', '{Gateway.DefaultWorkspace}', 'targets:{Id}1:new::::{Gateway.DefaultWorkspace}'),
              ('{Id}c', '{Id}1', 'both', 1, '2022-01-01', '{Gateway.DefaultWorkspace}', 'targets:{Id}1:both::::{Gateway.DefaultWorkspace}'),
              ('{Id}d', '{Id}1', 'both', 2, '2022-01-02', '{Gateway.DefaultWorkspace}', NULL);
            """);

        gateway.Finish();

        Assert.That(gateway.Database.Query("SELECT right(id::text, 1) || ' ' || cache_key FROM targets ORDER BY id"), Is.EqualTo(new[]
        {
            $"a targets:{Id}1:old::::{Gateway.DefaultWorkspace}",
            $"b targets:{Id}1:new::::{Gateway.DefaultWorkspace}",
            $"d targets:{Id}1:both::::{Gateway.DefaultWorkspace}",
        }));
    }

    [Test]
    public void A_warning_names_vaults_of_an_older_gateway_before_their_table_is_dropped()
    {
        using var gateway = Gateway.Of("2.8");
        gateway.Database.Execute($"INSERT INTO vaults_beta (id, prefix, name, config) VALUES ('{Id}a', 'a', 'env', '{"{}"}')");
        gateway.Up("3.9");
        gateway.Database.Execute(
            $$"""INSERT INTO vaults_beta (id, prefix, name, config) VALUES ('{{Id}}b', 'b', 'env', '{"secret": 1}')""");

        gateway.Finish();

        Assert.That(gateway.Database.Query("SELECT right(id::text, 1) FROM sm_vaults"), Is.EqualTo(new[] { "a" }));
        Assert.That(gateway.Warnings.ConvertAll(warning => warning.MessageText), Is.EqualTo(new[]
        {
            $"vaults_beta {Id}b (env, prefix b): sm_vaults has no such vault, and it was removed with the table; "
                + """config was {"secret": 1}""",
        }));
    }

    [Test]
    public void Lists_of_a_newer_gateway_and_lists_renamed_by_a_killed_Kong_are_kept(
        [Values("acl", "bot-detection", "ip-restriction")] string plugin)
    {
        using var gateway = Gateway.Of("2.0");
        gateway.Up("2.8");
        gateway.Database.Execute(
            $$$"""
            INSERT INTO plugins (id, name, enabled, config) VALUES
              ('{{{Id}}}a', '{{{plugin}}}', true, '{"allow": ["x"], "deny": null}'), ('{{{Id}}}b', '{{{plugin}}}', true,
                '{"whitelist": [], "blacklist": ["y"]}');
            """);

        gateway.Finish();

        Assert.That(gateway.Database.Query("SELECT config FROM plugins ORDER BY id"), Is.EqualTo(new[]
        {
            """{"deny": null, "allow": ["x"]}""", """{"deny": ["y"], "allow": []}""",
        }));
        Assert.That(gateway.Warnings, Is.Empty);
    }

    private static string Plugin(int number) => $"000000{number:d2}-0000-4000-8000-000000000000";
}
