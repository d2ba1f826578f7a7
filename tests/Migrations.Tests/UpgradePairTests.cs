using Migrations.Dsl;
using TestSupport;

namespace Migrations.Tests;

/// <summary>Upgrades by the built program from every version to every newer one, with rows: schema, ledger and rows equal Kong's.</summary>
public sealed class UpgradePairTests
{
    private const string Workspace = Gateway.DefaultWorkspace;

    private const string Anthropic =
        """{"model": {"provider": "anthropic"}, "logging": {"log_statistics": SWITCH}, "route_type": "llm/v1/completions"}""";

    // Rows of each kind: the release whose migrations rewrite them, the row before, the row after. Rows of acl were rewritten before 2.8,
    // and are kept.
    private static readonly (string Since, string Column, string Before, string After)[] Rewritten =
    [
        ("3.0", "SELECT paths FROM routes", """{/a//b,"/\\d+"}""", """{/a/b,"~/\\d+"}"""),
        ("3.0", Config("http-log"), """{"headers": {"A": ["a", "b"]}}""", """{"headers": {"A": "a, b"}}"""),
        ("3.0", Config("pre-function"), """{"functions": ["f()"]}""", """{"access": ["f()"]}"""),
        ("3.6", Config("acme"), """{"storage_config": {"redis": {"auth": "x"}}}""",
            """{"storage_config": {"redis": {"password": "x", "extra_options": {}}}}"""),
        ("3.6", Config("rate-limiting"), """{"redis_host": "h"}""", """{"redis": {"host": "h"}}"""),
        ("3.6", Config("response-ratelimiting"), """{"redis_host": "h"}""", """{"redis": {"host": "h"}}"""),
        ("3.6", Config("opentelemetry"), """{"queue": {"max_batch_size": 1}}""", """{"queue": {"max_batch_size": 200}}"""),
        ("3.7", Config("ai-proxy"), Anthropic.Replace("SWITCH", "true", StringComparison.Ordinal),
            Anthropic.Replace("SWITCH", "false", StringComparison.Ordinal)),
        ("9.9", Config("acl"), """{"allow": ["a"]}""", ""),
    ];

    // Versions with long-term support, and the newest: gateways are usually upgraded from one of these to the next.
    private static readonly string[] LtsAndNewest = ["2.8", "3.4", "3.9", GatewayVersion.Newest.Name];

    // The short form has each upgrade from a version to the next, and the upgrades between the versions above.
    private static IEnumerable<TestCaseData> Pairs =>
        from older in GatewayVersion.Known
        from newer in GatewayVersion.Known
        where older < newer
        where LongForm.IsAsked || (LtsAndNewest.Contains(older.Name) && LtsAndNewest.Contains(newer.Name))
            || !GatewayVersion.Known.Any(between => older < between && between < newer)
        select new TestCaseData(older, newer);

    [TestCaseSource(nameof(Pairs))]
    public void An_upgrade_ends_in_the_same_state_as_a_bootstrap(GatewayVersion older, GatewayVersion newer)
    {
        using var gateway = BuiltGateway.Of(older.Name);
        gateway.Database.Execute(Seed);
        if (!older.Has(new Version(3, 0)))
        {
            gateway.Database.Execute(
                "INSERT INTO vaults_beta (id, name, prefix, config) VALUES ('00000000-0000-4000-8000-00000000000f', 'env', 'e', '{}')");
        }

        gateway.Up(newer.Name);
        gateway.Finish(newer.Name);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(LiveCatalogue.Facts(gateway.Database), Is.EquivalentTo(SchemaTests.Kongs(newer.Name)));
            Assert.That(
                gateway.Database.Query("SELECT subsystem || ' ' || array_to_string(executed, ' ') || ' ' || "
                    + "coalesce(cardinality(pending), 0) FROM schema_meta"),
                Is.EquivalentTo(Catalogue.For(newer)
                    .Select(subsystem => $"{subsystem.Name} {string.Join(' ', Executed(subsystem, older))} 0")));
            Assert.That(
                gateway.Database.Query($"SELECT unnest(ARRAY[{string.Join(", ", Rewritten.Select(row => $"({row.Column})::text"))}])"),
                Is.EqualTo(Rewritten.Select(
                    row => !older.Has(Version.Parse(row.Since)) && newer.Has(Version.Parse(row.Since)) ? row.After : row.Before)));
            Assert.That(gateway.Database.Query("SELECT target FROM targets"), Is.EqualTo(new[] { "t:80" }));
            Assert.That(gateway.Warnings, Is.Empty);
        }
    }

    /// <summary>The names in the ledger in Kong's order: migrations with a finish phase come last, added by finish.</summary>
    private static IEnumerable<string> Executed(Subsystem subsystem, GatewayVersion older)
    {
        var before = Catalogue.For(older).FirstOrDefault(s => s.Name == subsystem.Name)?.Migrations.Select(m => m.Name).ToList() ?? [];
        var added = subsystem.Migrations.Where(m => !before.Contains(m.Name)).ToList();
        return [.. before, .. added.Where(m => !m.HasFinish).Select(m => m.Name), .. added.Where(m => m.HasFinish).Select(m => m.Name)];
    }

    private static string Config(string plugin) => $"SELECT jsonb_strip_nulls(config) FROM plugins WHERE name = '{plugin}'";

    private static string Seed =>
        $$"""
        INSERT INTO routes (updated_at, id, name, paths, ws_id) VALUES (now(),
          '00000000-0000-4000-8000-00000000000a', 'r', '{{Rewritten[0].Before}}',
          '{{Workspace}}');
        INSERT INTO upstreams (id, name, slots, ws_id) VALUES ('00000000-0000-4000-8000-00000000000b', 'u', 10, '{{Workspace}}');
        INSERT INTO targets (id, upstream_id, target, weight, ws_id)
        VALUES ('00000000-0000-4000-8000-00000000000c', '00000000-0000-4000-8000-00000000000b', 't:80', 1, '{{Workspace}}');
        """
        + string.Concat(Rewritten.Skip(1).Select(plugin =>
            $"INSERT INTO plugins (id, name, enabled, config, ws_id) SELECT gen_random_uuid(), "
                + $"split_part({RowSeed.Literal(plugin.Column)}, '''', 2), true, "
            + $"{RowSeed.Literal(plugin.Before)}, '{Workspace}';"));
}
