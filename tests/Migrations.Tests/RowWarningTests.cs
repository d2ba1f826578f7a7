namespace Migrations.Tests;

/// <summary>Warnings about rows: what was there, without secrets, what was done, and the fields for programs.</summary>
public sealed class RowWarningTests
{
    private const string Id = "00000000-0000-4000-8000-00000000000";

    [Test]
    public void A_warning_shows_old_values_and_asterisks_for_secrets()
    {
        using var gateway = Gateway.Of("3.4").WithWorkspaces();
        gateway.Database.Execute(
            $$$"""
            INSERT INTO plugins (id, name, enabled, config) VALUES ('{{{Id}}}a', 'rate-limiting', true, '{"redis_host": "a"}'),
              ('{{{Id}}}b', 'response-ratelimiting', true, '{"redis": {"host": "x", "sentinel_password": "hush"}}'),
              ('{{{Id}}}c', 'acme', true, '{"storage_config": {"redis": {"auth": "hush", "namespace": "a"} } }')
            """);
        gateway.Up("3.9");
        gateway.Database.Execute(
            $$$"""
            UPDATE plugins SET config = config || '{"redis_host": "b", "redis_password": "hush", "redis_timeout": 5}'
             WHERE id = '{{{Id}}}a';
            UPDATE plugins SET config = jsonb_set(config, '{storage_config,redis}',
              config #> '{storage_config,redis}' || '{"auth": "hush hush", "namespace": "b"}') WHERE id = '{{{Id}}}c'
            """);
        gateway.Finish();

        Assert.That(gateway.Warnings.ConvertAll(w => w.MessageText), Is.EquivalentTo(new[]
        {
            $"plugins {Id}b (response-ratelimiting): config.redis held more than the settings of Redis, which was removed; "
                + "config.redis.sentinel_password was ***",
            $"plugins {Id}a (rate-limiting): the older settings redis_... differed from config.redis, and were removed; "
                + "config.redis_host was \"b\", config.redis_password was ***, config.redis_timeout was 5",
            $"plugins {Id}c (acme): config.storage_config.redis had settings under older names that differed from the others, and they "
                + "were removed; config.storage_config.redis.auth was ***, config.storage_config.redis.namespace was \"b\"",
        }));
        Assert.That(gateway.Warnings.ConvertAll(w => (w.TableName, w.ColumnName)),
            Is.EquivalentTo(new[] { ("plugins", $"{Id}b"), ("plugins", $"{Id}a"), ("plugins", $"{Id}c") }));
        Assert.That(gateway.Warnings.ConvertAll(w => w.Hint), Has.None.Empty.And.None.Null);
    }

    [Test]
    public void A_long_value_is_cut()
    {
        using var gateway = Gateway.Of("2.8").WithWorkspaces();
        gateway.Up("3.0");
        gateway.Database.Execute(
            $$$"""
            INSERT INTO plugins (id, name, enabled, config)
              VALUES ('{{{Id}}}a', 'pre-function', true, jsonb_build_object('functions', jsonb_build_array(repeat('x', 1000))))
            """);
        gateway.Finish();
        Assert.That(gateway.Warnings.Single().MessageText, Does.EndWith($"config.functions was [\"{new string('x', 98)} ..."));
    }
}
