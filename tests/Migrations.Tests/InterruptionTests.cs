using Migrator.Running;

namespace Migrations.Tests;

/// <summary>
/// Kong commits the SQL of an up phase, then rewrites row after row, each by itself, and then writes its record; so it does in the finish phase.
/// Killed anywhere in between, it leaves a phase of which any part is done. (Routes: see <see cref="RoutePathTests"/>.)
/// </summary>
public sealed class InterruptionTests
{
    private const string OtherRows =
        """
        SELECT to_jsonb(t) - 'updated_at' AS row FROM upstreams AS t UNION ALL SELECT to_jsonb(t) - 'updated_at' FROM targets AS t
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
    public void A_phase_that_was_done_but_not_recorded_may_be_done_again([Values(nameof(Phase.Up), nameof(Phase.Finish))] string interrupted) =>
        AssertUndisturbed(interrupted, (_, run) => run());

    [Test]
    public void A_phase_that_was_done_for_some_of_the_rows_is_completed([Values(nameof(Phase.Up), nameof(Phase.Finish))] string interrupted) =>
        AssertUndisturbed(interrupted, (gateway, run) =>
        {
            // Under another name the rewrite does not see them.
            gateway.Database.Execute("UPDATE plugins SET name = 'not-yet-' || name WHERE substr(id::text, 13, 1) = '1'");
            run();
            gateway.Database.Execute("UPDATE plugins SET name = substr(name, 9) WHERE name LIKE 'not-yet-%'");
        });

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
        OddConfigs.Insert(gateway, _ => true);
        gateway.Database.Execute(
            """
            INSERT INTO upstreams (id, name, slots, hash_on, algorithm, ws_id)
              SELECT md5('u' || g)::uuid, 'u' || g, 10, NULL, (ARRAY[NULL, '', 'round-robin'])[g], w.id FROM generate_series(1, 3) AS g, workspaces AS w WHERE w.name = 'default';
            INSERT INTO targets (id, upstream_id, target, weight, created_at, ws_id, tags)
              SELECT md5('t' || g)::uuid, md5('u' || g % 3 + 1)::uuid, 'é' || g % 4, 1, timestamptz '2022-01-01' + (g % 5) * interval '1 ms', u.ws_id, ARRAY['t']
                FROM generate_series(1, 40) AS g JOIN upstreams AS u ON u.id = md5('u' || g % 3 + 1)::uuid;
            INSERT INTO targets (id, target, weight, created_at) VALUES (md5('x')::uuid, 'x', 1, NULL), (md5('y')::uuid, 'x', 2, NULL);
            INSERT INTO vaults_beta (id, prefix, name, config, tags) VALUES (md5('v')::uuid, 'p', 'env', '{"a": []}', ARRAY['v']), (md5('w')::uuid, NULL, 'é', '[]', NULL);
            """);
        return gateway;
    }
}
