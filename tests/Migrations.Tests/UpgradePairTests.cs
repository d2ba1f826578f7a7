namespace Migrations.Tests;

/// <summary>From every version to every newer one, with rows in the way: the schema is that of a fresh database, and no row is lost.</summary>
public sealed class UpgradePairTests
{
    private static IEnumerable<TestCaseData> Pairs =>
        from older in GatewayVersion.Known
        from newer in GatewayVersion.Known
        where older < newer
        select new TestCaseData(older, newer);

    [TestCaseSource(nameof(Pairs))]
    public void An_upgrade_ends_where_a_bootstrap_ends(GatewayVersion older, GatewayVersion newer)
    {
        using var gateway = Gateway.Of(older.Name).WithWorkspaces();
        gateway.Database.Execute(Seed);
        if (!older.Has(new Version(3, 0)))
        {
            gateway.Database.Execute("INSERT INTO vaults_beta (id, name, prefix, config) VALUES ('00000000-0000-4000-8000-00000000000f', 'env', 'e', '{}')");
        }

        gateway.Up(newer.Name);
        gateway.Finish();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(LiveCatalogue.Facts(gateway.Database), Is.EquivalentTo(CatalogueFacts.Of(KongData.Json($"catalogue/{newer.Name}.json"))));
            Assert.That(gateway.Database.Query("SELECT count(*) FROM plugins"), Is.EqualTo(new[] { "8" }));
            Assert.That(gateway.Database.Query("SELECT count(*) FROM routes"), Is.EqualTo(new[] { "1" }));
            Assert.That(gateway.Database.Query("SELECT count(*) FROM targets"), Is.EqualTo(new[] { "1" }));
            Assert.That(gateway.Warnings, Is.Empty);
        }
    }

    private const string Seed =
        $$"""
        INSERT INTO routes (id, name, paths, ws_id) VALUES ('00000000-0000-4000-8000-00000000000a', 'r', '{/a//b,"/\\d+"}', '{{Gateway.DefaultWorkspace}}');
        INSERT INTO upstreams (id, name, slots, ws_id) VALUES ('00000000-0000-4000-8000-00000000000b', 'u', 10, '{{Gateway.DefaultWorkspace}}');
        INSERT INTO targets (id, upstream_id, target, weight, ws_id)
        VALUES ('00000000-0000-4000-8000-00000000000c', '00000000-0000-4000-8000-00000000000b', 't:80', 1, '{{Gateway.DefaultWorkspace}}');
        INSERT INTO plugins (id, name, enabled, config, ws_id)
        SELECT md5(name)::uuid, name, true, config, '{{Gateway.DefaultWorkspace}}' FROM (VALUES
          ('acl', '{"allow": ["a"]}'::jsonb), ('acme', '{"storage_config": {"redis": {"auth": "x"} } }'), ('http-log', '{"headers": {"A": ["a"]} }'),
          ('ai-proxy', '{"logging": {"log_statistics": true}, "model": {"provider": "anthropic"}, "route_type": "llm/v1/completions"}'),
          ('opentelemetry', '{"queue": {"max_batch_size": 1} }'), ('pre-function', '{"functions": ["f()"]}'),
          ('rate-limiting', '{"redis_host": "h"}'), ('response-ratelimiting', '{"redis_host": "h"}')) AS plugin (name, config);
        """;
}
