using Migrations.Compiling;
using Migrations.Dsl;
using TestSupport;

namespace Migrations.Tests;

/// <summary>The program completes an upgrade from 2.8 in which Kong was killed before it recorded a phase.</summary>
/// <remarks>Schema, ledger and rows are those of an upgrade without a kill.</remarks>
public sealed class KilledKongTests
{
    private static readonly (Subsystem Subsystem, MigrationEntry Entry)[] Upgrade =
        [.. Gateway.Entries(GatewayVersion.Find("3.9")!).Where(m => m.Entry.Since >= new Version(3, 0))];

    private static readonly Lazy<(IReadOnlyCollection<string> Catalogue, IReadOnlyCollection<string> Rows)> Undisturbed = new(() =>
    {
        using var gateway = Seeded();
        using var built = BuiltGateway.On(gateway.Database);
        built.Up("3.9");
        built.Finish("3.9");
        return ([.. LiveCatalogue.Facts(gateway.Database)], [.. Rows.Of(gateway.Database).Select(WithoutOrder)]);
    });

    private static readonly Lazy<Dictionary<(Phase Phase, string Migration), TestDatabase>> Killed = new(CopiesOfAnUpgrade);

    // The short form has the kills after which rows have been rewritten.
    private static IEnumerable<TestCaseData> Kills =>
        from phase in new[] { Phase.Up, Phase.Finish }
        from migration in Upgrade
        where IsTried(migration.Entry, phase)
        select new TestCaseData(Gateway.Name(migration), phase == Phase.Up);

    [TestCaseSource(nameof(Kills))]
    public void An_upgrade_in_which_Kong_was_killed_is_completed(string migration, bool inUp)
    {
        using var database = Killed.Value[(inUp ? Phase.Up : Phase.Finish, migration)];
        using var built = BuiltGateway.On(database);

        built.Up("3.9");
        built.Finish("3.9");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Rows.Of(database).Select(WithoutOrder), Is.EquivalentTo(Undisturbed.Value.Rows));
            Assert.That(LiveCatalogue.Facts(database), Is.EquivalentTo(Undisturbed.Value.Catalogue));
        }
    }

    private static bool IsTried(MigrationEntry entry, Phase phase) =>
        Gateway.Phases(entry).Contains(phase)
        && (LongForm.IsAsked
            || MigrationCompiler.Compile(entry.Create(new GatewaySchema("public")), phase).Any(statement => statement.RewritesRows));

    // Upgrades a database as Kong does, and copies it before each ledger entry.
    private static Dictionary<(Phase Phase, string Migration), TestDatabase> CopiesOfAnUpgrade()
    {
        var copies = new Dictionary<(Phase, string), TestDatabase>();
        using var gateway = Seeded();
        foreach (var phase in new[] { Phase.Up, Phase.Finish })
        {
            foreach (var (subsystem, entry) in Upgrade.Where(m => Gateway.Phases(m.Entry).Contains(phase)))
            {
                gateway.Run(subsystem, entry, phase);
                if (IsTried(entry, phase))
                {
                    copies.Add((phase, Gateway.Name((subsystem, entry))), gateway.Disconnected().Database.Copy());
                }

                gateway.Database.Execute(Recorded(subsystem.Name, entry, phase));
            }
        }

        return copies;
    }

    private static string Recorded(string subsystem, MigrationEntry entry, Phase phase)
    {
        var isPending = phase == Phase.Up && entry.HasFinish;
        return
            $"""
            INSERT INTO schema_meta (key, subsystem) VALUES ('schema_meta', '{subsystem}') ON CONFLICT DO NOTHING;
            UPDATE schema_meta SET
              pending = {(isPending ? $"array_append(pending, '{entry.Name}')" : $"array_remove(pending, '{entry.Name}')")},
              executed = {(isPending ? "executed" : $"array_append(executed, '{entry.Name}')")},
              last_executed = {(isPending ? "last_executed" : $"'{entry.Name}'")}
             WHERE subsystem = '{subsystem}';

            """;
    }

    private static Gateway Seeded()
    {
        var gateway = Gateway.Of("2.8").WithWorkspaces();
        gateway.Database.Execute(string.Concat(
            Gateway.Entries(GatewayVersion.Find("2.8")!).Select(m => Recorded(m.Subsystem.Name, m.Entry, Phase.Finish))));

        OddConfigs.Insert(gateway);
        gateway.Database.Execute(
            """
            INSERT INTO routes (id, name, paths, created_at) VALUES
              (md5('r')::uuid, 'r', '{/a//b,"/\\d+",/a%20b}', '2022-01-01'), (md5('s')::uuid, 's', '{/caf%c3%a9,"/(x)%5e"}', '2022-01-01');
            INSERT INTO upstreams (id, name, slots, created_at) VALUES (md5('u')::uuid, 'u', 10, '2022-01-01');
            INSERT INTO targets (id, upstream_id, target, weight, created_at)
              SELECT md5('t' || g)::uuid, md5('u')::uuid, 't' || g % 3, 1, timestamptz '2022-01-01' + g * interval '1 ms'
                FROM generate_series(1, 9) AS g;
            INSERT INTO vaults_beta (id, prefix, name, config, tags, created_at) VALUES (md5('v')::uuid, 'p', 'env', '{"a": []}',
              ARRAY['v'], '2022-01-01');
            UPDATE parameters SET value = 'id', created_at = '2022-01-01';
            UPDATE workspaces SET created_at = '2022-01-01';
            """);
        return gateway;
    }

    // A migration that was pending when others were executed comes later in the ledger, depending on where the upgrade was cut.
    private static string WithoutOrder(string row) =>
        row.StartsWith("schema_meta", StringComparison.Ordinal) ? string.Concat(row.Order()) : row;
}
