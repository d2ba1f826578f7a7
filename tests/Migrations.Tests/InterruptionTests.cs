using Migrations.Compiling;
using Migrations.Dsl;

namespace Migrations.Tests;

/// <summary>A phase that Kong was killed in is completed.</summary>
/// <remarks>
/// Kong commits the SQL of a phase, then the rewrite of each row separately, then the ledger entry. A kill in between leaves any part of
/// the phase done. (Routes: see <see cref="RoutePathTests"/>.)
/// </remarks>
public sealed class InterruptionTests
{
    private const string OtherRows =
        """
        SELECT to_jsonb(t) - '{created_at,updated_at}'::text[] AS row FROM upstreams AS t UNION ALL SELECT to_jsonb(t) - 'updated_at'
          FROM targets AS t
        UNION ALL SELECT to_jsonb(t) FROM sm_vaults AS t UNION ALL SELECT to_jsonb(t) FROM tags AS t ORDER BY row
        """;

    private static readonly Lazy<(Dictionary<string, string> Configs, IReadOnlyList<string?> Others)> Undisturbed = new(() =>
    {
        using var gateway = Seeded();
        gateway.Up("3.9");
        gateway.Finish();
        return (OddConfigs.Read(gateway), gateway.Database.Query(OtherRows));
    });

    [Test]
    public void A_phase_that_was_done_but_not_recorded_can_be_repeated(
        [Values(nameof(Phase.Up), nameof(Phase.Finish))] string interrupted) =>
        AssertUndisturbed(interrupted, (_, run) => run());

    [Test]
    public void A_phase_that_was_done_for_some_rows_is_completed(
        [Values(nameof(Phase.Up), nameof(Phase.Finish))] string interrupted) =>
        AssertUndisturbed(interrupted, (gateway, run) =>
        {
            // The rewrite does not find plugins under another name.
            gateway.Database.Execute("UPDATE plugins SET name = 'not-yet-' || name WHERE substr(id::text, 13, 1) = '1'");
            run();
            gateway.Database.Execute("UPDATE plugins SET name = substr(name, 9) WHERE name LIKE 'not-yet-%'");
        });

    [Test]
    public void The_step_to_workspaces_can_be_repeated_for_all_rows_or_some([Values(0, 1, 2)] int rowsDone)
    {
        using var gateway = Gateway.Of("2.0");
        gateway.Database.Execute(
            """
            INSERT INTO plugins (id, name, enabled, config, cache_key) VALUES
              ('00000001-0000-4000-8000-000000000000', 'acl', true, '{"whitelist": ["a"], "blacklist": null}', 'plugins:acl::::'),
              ('00000002-0000-4000-8000-000000000000', 'acl', true, '{"blacklist": ["b"]}', 'plugins:acl:1:::');
            INSERT INTO acls (id, "group", cache_key) VALUES
              ('00000001-0000-4000-8000-000000000000', 'g', 'acls::g:::'), ('00000002-0000-4000-8000-000000000000', 'h', 'acls:1:h:::');
            """);
        var upgrade = Gateway.Entries(GatewayVersion.Find("2.8")!).Where(m => m.Entry.Since > new Version(2, 0, 99)).ToList();
        upgrade.ForEach(m => gateway.Run(m.Subsystem, m.Entry, Phase.Up));

        // The rows that Kong rewrote before it was killed.
        gateway.Database.Execute(
            $"""
            UPDATE plugins SET config = config - ARRAY['whitelist', 'blacklist']
                || CASE WHEN config ? 'whitelist' THEN jsonb_build_object('allow', config -> 'whitelist') ELSE '{"{}"}' END
                || CASE WHEN config ? 'blacklist' THEN jsonb_build_object('deny', config -> 'blacklist') ELSE '{"{}"}' END,
              cache_key = cache_key || ':' || (SELECT id FROM workspaces)
             WHERE id < '0000000{rowsDone + 1}-0000-0000-0000-000000000000';
            UPDATE acls SET cache_key = cache_key || ':' || (SELECT id FROM workspaces)
              WHERE id < '0000000{rowsDone + 1}-0000-0000-0000-000000000000';
            """);
        foreach (var (subsystem, entry) in upgrade.Where(m => m.Entry.HasFinish))
        {
            gateway.Run(subsystem, entry, Phase.Finish);
            gateway.Run(subsystem, entry, Phase.Finish);
        }

        var workspace = gateway.Database.Query("SELECT id FROM workspaces")[0];
        Assert.That(gateway.Database.Query("SELECT config || to_jsonb(cache_key) FROM plugins UNION ALL SELECT to_jsonb(cache_key) FROM "
            + "acls"), Is.EquivalentTo(new[]
        {
            $$"""[{"deny": null, "allow": ["a"]}, "plugins:acl:::::{{workspace}}"]""",
            $$"""[{"deny": ["b"]}, "plugins:acl:1::::{{workspace}}"]""",
            $"\"acls::g::::{workspace}\"", $"\"acls:1:h::::{workspace}\"",
        }));
        Assert.That(gateway.Warnings, Is.Empty);
    }

    private static void AssertUndisturbed(string interrupted, Action<Gateway, Action> interrupt)
    {
        using var gateway = Seeded();
        foreach (var phase in new[] { Phase.Up, Phase.Finish })
        {
            var migrations = Gateway.Entries(GatewayVersion.Find("3.9")!)
                .Where(m => m.Entry.Since >= new Version(3, 0) && Gateway.Phases(m.Entry).Contains(phase));
            foreach (var (subsystem, entry) in migrations)
            {
                if (phase.ToString() == interrupted)
                {
                    interrupt(gateway, () => gateway.Run(subsystem, entry, phase));
                }

                gateway.Run(subsystem, entry, phase);
            }
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(OddConfigs.Read(gateway), Is.EquivalentTo(Undisturbed.Value.Configs));
            Assert.That(gateway.Database.Query(OtherRows), Is.EqualTo(Undisturbed.Value.Others));
        }
    }

    private static Gateway Seeded()
    {
        var gateway = Gateway.Of("2.8").WithWorkspaces();
        OddConfigs.Insert(gateway);
        gateway.Database.Execute(
            """
            INSERT INTO upstreams (id, name, slots, hash_on, algorithm, ws_id)
              SELECT md5('u' || g)::uuid, 'u' || g, 10, NULL, (ARRAY[NULL, '', 'round-robin'])[g], w.id
                FROM generate_series(1, 3) AS g, workspaces AS w WHERE w.name = 'default';
            INSERT INTO targets (id, upstream_id, target, weight, created_at, ws_id, tags)
              SELECT md5('t' || g)::uuid, md5('u' || g % 3 + 1)::uuid, 'é' || g % 4, 1,
                timestamptz '2022-01-01' + (g % 5) * interval '1 ms', u.ws_id, ARRAY['t']
                FROM generate_series(1, 40) AS g JOIN upstreams AS u ON u.id = md5('u' || g % 3 + 1)::uuid;
            INSERT INTO targets (id, target, weight, created_at) VALUES (md5('x')::uuid, 'x', 1, NULL), (md5('y')::uuid, 'x', 2, NULL);
            INSERT INTO vaults_beta (id, prefix, name, config, tags, created_at) VALUES
              (md5('v')::uuid, 'p', 'env', '{"a": []}', ARRAY['v'], '2022-01-01'), (md5('w')::uuid, NULL, 'é', '[]', NULL, NULL);
            """);
        return gateway;
    }
}
