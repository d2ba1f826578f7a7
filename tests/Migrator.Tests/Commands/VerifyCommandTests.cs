using Migrations.Dsl;
using TestSupport;

namespace Migrator.Tests.Commands;

/// <summary>Tests of <c>verify</c>: it names every difference between the database and the schema that its ledger implies.</summary>
internal sealed class VerifyCommandTests : CommandTest
{
    private static IEnumerable<string> Versions => GatewayVersion.Known.Select(v => v.Name);

    private static int[] Servers => LongForm.IsAsked ? [10, 11, 12, 13, 14, 16, 17, 18] : [10, 18];

    [TestCase("DROP INDEX routes_tags_idx", "routes.tags: index routes_tags_idx is missing")]
    [TestCase("DROP INDEX acls_group_idx", "acls.group: index acls_group_idx is missing")]
    [TestCase("DROP INDEX routes_tags_idx; CREATE INDEX routes_tags_idx ON routes (tags)",
        "routes.tags: index routes_tags_idx is another one")]
    [TestCase("ALTER TABLE services DROP COLUMN enabled", "services.enabled: the column is missing")]
    [TestCase("DROP TABLE keys", "keys: the table is missing")]
    [TestCase("DROP TABLE clustering_sync_version CASCADE", "clustering_sync_version: the table is missing")]
    [TestCase("DROP TRIGGER snis_sync_tags_trigger ON snis", "snis: trigger snis_sync_tags_trigger is missing")]
    [TestCase("ALTER TABLE snis DISABLE TRIGGER snis_sync_tags_trigger", "snis: trigger snis_sync_tags_trigger: it is disabled")]
    [TestCase("ALTER TABLE plugins DROP CONSTRAINT plugins_cache_key_key",
        "plugins.cache_key: constraint plugins_cache_key_key is missing")]
    [TestCase("ALTER TABLE targets DROP CONSTRAINT targets_upstream_id_fkey", "targets: constraint targets_upstream_id_fkey is missing")]
    [TestCase("ALTER TABLE upstreams ALTER slots TYPE bigint", "upstreams.slots: the type is bigint, not integer")]
    [TestCase("ALTER TABLE upstreams ALTER slots DROP NOT NULL", "upstreams.slots: NULL is allowed")]
    [TestCase("ALTER TABLE routes ALTER path_handling SET DEFAULT 'v1'", "routes.path_handling: the default is 'v1'::text, not 'v0'::text")]
    [TestCase("ALTER TABLE routes ALTER ws_id SET DEFAULT '00000000-0000-0000-0000-000000000000'", "routes.ws_id: the default is")]
    [TestCase("ALTER TABLE locks DROP CONSTRAINT locks_pkey", "locks.key: constraint locks_pkey is missing")]
    [TestCase("CREATE TABLE cluster_ca (pk boolean)", "cluster_ca: the table is not the gateway's at this point of its migrations")]
    [TestCase("ALTER TABLE plugins ADD run_on text", "plugins.run_on: the column is not the gateway's at this point of its migrations")]
    [TestCase("ALTER TABLE tags ADD mine int NOT NULL",
        "tags.mine: the column is not the gateway's, and as it is NOT NULL without a default")]
    [TestCase("ALTER TABLE routes ENABLE ROW LEVEL SECURITY", "routes: row security is on")]
    [TestCase(
        "CREATE OR REPLACE FUNCTION sync_tags() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$",
        "sync_tags(): the function has another body")]
    [TestCase("DROP FUNCTION sync_tags() CASCADE", "sync_tags(): the function is missing")]
    public void A_difference_is_named_and_its_SQL_repairs_it(string change, string expected)
    {
        StartBootstrapped();
        Database.Execute(change);

        var found = Migrator("verify");
        Assert.That(found.ExitCode, Is.EqualTo(6), found.Errors);
        Assert.That(found.Output, Does.Contain(expected));

        var psql = PsqlProcess.Run(Database, Migrator("verify --sql").Output);
        Assert.That(psql.ExitCode, Is.Zero, psql.Errors);
        var repaired = Migrator("verify");
        Assert.That(repaired.ExitCode, Is.Zero, repaired.Output + repaired.Errors);
    }

    [TestCase(
        "DELETE FROM schema_meta WHERE subsystem IN ('acl', 'key-auth')", "acls", "acl/000_base_acl makes it, which is not in the ledger")]
    [TestCase(
        "UPDATE schema_meta SET executed = array_remove(executed, '024_380_to_390'), last_executed = '023_360_to_370' "
            + "WHERE subsystem = 'core'",
        "clustering_sync_version", "core/024_380_to_390 makes it, which is not in the ledger")]
    public void What_a_migration_makes_whose_entry_is_lost_is_left_to_up_with_its_rows(string lose, string table, string expected)
    {
        StartBootstrapped();
        Database.Execute("INSERT INTO consumers (id, username) VALUES (gen_random_uuid(), 'c'); "
            + "INSERT INTO clustering_sync_version DEFAULT VALUES; "
            + "INSERT INTO acls (id, consumer_id, \"group\") SELECT gen_random_uuid(), id, 'g' FROM consumers");
        Database.Execute(lose);

        var found = Migrator("verify");
        Assert.That((found.ExitCode, found.Output), Is.EqualTo((6, found.Output)));
        Assert.That(found.Output, Does.Contain($"{table}: the table is not the gateway's at this point of its migrations: {expected}")
            .And.Contain("'migrator up' continues there").And.Not.Contain("DROP TABLE").And.Not.Contain("No statement repairs"));
        var psql = PsqlProcess.Run(Database, Migrator("verify --sql").Output);
        Assert.That(psql.ExitCode, Is.Zero, psql.Errors);

        var up = Migrator("migrate --finish");
        Assert.That(up.ExitCode, Is.Zero, up.Errors);
        Assert.That(Database.Query($"SELECT count(*) FROM {table}")[0], Is.EqualTo("1"));
        var verified = Migrator("verify");
        Assert.That(verified.ExitCode, Is.Zero, verified.Output);
    }

    [TestCase("core", "009_200_to_210")]
    [TestCase("core", "022_350_to_360")]
    [TestCase("acl", "003_200_to_210")]
    public void No_column_or_index_is_dropped_that_a_migration_makes_whose_entry_is_lost(string subsystem, string migration)
    {
        StartBootstrapped();
        var before = Catalogue();
        Database.Execute($"UPDATE schema_meta SET executed = array_remove(executed, '{migration}') WHERE subsystem = '{subsystem}'");
        Assert.That(Migrator("verify").ExitCode, Is.EqualTo(6));
        var script = Migrator("verify --sql").Output;
        Assert.That(script, Does.Not.Match("DROP (TABLE|COLUMN|INDEX)").And.Contain("-- left to 'migrator up': "));
        Assert.That(PsqlProcess.Run(Database, script).ExitCode, Is.Zero);
        Assert.That(Migrator("migrate --finish").ExitCode, Is.Zero);
        Assert.That(Migrator("verify").ExitCode, Is.Zero);
        Assert.That(Catalogue(), Is.EqualTo(before));

        // The ledger has the migration as the last one now.
        IEnumerable<string> Catalogue() =>
            Concurrency.Fingerprint.Of(Database).Split('\n').Where(l => !l.StartsWith("ledger ", StringComparison.Ordinal));
    }

    [TestCase("CREATE TABLE cluster_ca (pk boolean); INSERT INTO cluster_ca VALUES (true)", "table cluster_ca is not empty, and stays",
        "DROP TABLE \"public\".\"cluster_ca\";")]
    [TestCase("ALTER TABLE services ADD run_on text; ALTER TABLE plugins ADD run_on text DEFAULT 'x'; INSERT INTO plugins (id, name, "
        + "config, enabled) VALUES (gen_random_uuid(), 'acl', '{}', true)", "column plugins.run_on is not empty, and stays",
        "ALTER TABLE \"public\".\"plugins\" DROP COLUMN \"run_on\";")]
    public void The_repair_drops_nothing_that_holds_something(string change, string warning, string drop)
    {
        StartBootstrapped();
        Database.Execute(change);
        var psql = PsqlProcess.Run(Database, Migrator("verify --sql").Output);
        Assert.That(psql.ExitCode, Is.Zero, psql.Errors);
        Assert.That(psql.Errors, Does.Contain(warning).And.Contain(drop));
        Assert.That(Migrator("verify").ExitCode, Is.EqualTo(6));
        Database.Execute(drop);
        Assert.That(Migrator("verify").ExitCode, Is.Zero);
    }

    [Test]
    public void Tables_that_refer_to_one_another_are_dropped_in_any_order()
    {
        StartBootstrapped();
        Database.Execute("CREATE TABLE cluster_ca (pk boolean PRIMARY KEY); CREATE TABLE ttls (primary_key_value text PRIMARY KEY, "
            + "pk boolean REFERENCES cluster_ca); ALTER TABLE cluster_ca ADD value text REFERENCES ttls");
        var psql = PsqlProcess.Run(Database, Migrator("verify --sql").Output);
        Assert.That(psql.ExitCode, Is.Zero, psql.Errors);
        var verified = Migrator("verify");
        Assert.That(verified.ExitCode, Is.Zero, verified.Output);
    }

    [Test]
    public void A_table_of_another_owner_and_a_missing_privilege_are_named()
    {
        StartBootstrapped();
        var (owner, user) = ($"{Database.Name}_owner", $"{Database.Name}_user");
        Database.Execute($"CREATE ROLE {owner}; CREATE ROLE {user} LOGIN; ALTER TABLE certificates OWNER TO {owner}; "
            + $"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {user}; "
            + $"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {user}; REVOKE DELETE ON routes FROM {user}");
        try
        {
            var found = Migrator("verify", ("pg_user", user));
            Assert.That(found.ExitCode, Is.EqualTo(6), found.Errors);
            Assert.That(found.Output, Does.Contain($"certificates: the table belongs to {owner}, and the ledger to kong")
                .And.Contain($"routes: user {user} lacks the right to DELETE"));

            var psql = PsqlProcess.Run(Database, Migrator("verify --sql", ("pg_user", user)).Output);
            Assert.That(psql.ExitCode, Is.Zero, psql.Errors);
            Assert.That(Migrator("verify", ("pg_user", user)).ExitCode, Is.Zero);
        }
        finally
        {
            Database.Execute($"DROP OWNED BY {owner}, {user}; DROP ROLE {owner}, {user}");
        }
    }

    [TestCaseSource(nameof(Versions))]
    public void A_new_database_of_each_version_has_no_differences(string version)
    {
        StartBootstrapped(version);
        var result = Migrator("verify");
        Assert.That(result.ExitCode, Is.Zero, result.Output + result.Errors);
        Assert.That(result.Output, Does.Contain($"{version}"));
    }

    [Test]
    public void Each_state_of_an_upgrade_from_the_oldest_to_the_newest_version_has_no_differences() => Upgrade(() => StartOld());

    [TestCase("2.8")]
    [TestCase("3.4")]
    public void Each_point_in_the_middle_of_up_and_finish_has_no_differences(string version)
    {
        const string Commit = "\nCOMMIT;\n";
        StartOld(version);
        using var conf = KongConf.For(Database);
        foreach (var command in new[] { "up", "finish" })
        {
            // The script has one transaction per migration. psql verifies the database after each.
            var script = MigratorProcess.Run($"plan {command} --sql -c {conf.Path}").Output;
            var verify = $"\\! '{MigratorProcess.Binary}' verify --json -c {conf.Path}\n";
            var psql = PsqlProcess.Run(Database, script.Replace(Commit, Commit + verify, StringComparison.Ordinal));
            Assert.That(psql.ExitCode, Is.Zero, psql.Errors);
            Assert.That(psql.Output.Split("\"same\": true"), Has.Length.EqualTo(script.Split(Commit).Length), psql.Output);
        }

        Assert.That(Migrator("list").ExitCode, Is.Zero);
    }

    [TestCaseSource(nameof(Servers))]
    public void An_upgrade_on_other_versions_of_PostgreSQL_has_no_differences(int postgres)
    {
        using var server = PostgresVersions.Start(postgres);
        using var database = server.CreateDatabase();
        Upgrade(database, "bootstrap --gateway-version 2.8");
    }

    [Test]
    public void Objects_that_are_not_the_gateways_are_listed_and_are_not_differences()
    {
        StartBootstrapped();
        Database.Execute("CREATE TABLE mine (x serial); CREATE VIEW seen AS SELECT 1; CREATE INDEX by_name ON routes (name); "
            + "CREATE FUNCTION one(int) RETURNS int LANGUAGE sql AS 'SELECT 1'; ALTER TABLE routes ADD note text");
        var result = Migrator("verify");
        Assert.That(result.ExitCode, Is.Zero, result.Output + result.Errors);
        Assert.That(result.Output, Does.Contain(
            """
            Not the gateway's, and left alone:
              column routes.note
              function one
              index by_name of table routes
              sequence mine_x_seq
              table mine
              view seen
            """));
    }

    [Test]
    public void The_JSON_names_each_difference()
    {
        StartBootstrapped();
        Database.Execute("DROP INDEX routes_tags_idx");
        var json = System.Text.Json.Nodes.JsonNode.Parse(Migrator("verify --json").Output)!;
        Assert.That((bool)json["same"]!, Is.False);
        Assert.That(json["differences"]![0]!.ToJsonString(), Does.Contain("\"kind\":\"missing\"").And.Contain("routes_tags_idx"));
    }

    [Test]
    public void An_empty_database_has_nothing_to_verify() => Assert.That(Migrator("verify").ExitCode, Is.EqualTo(3));

    [TestCase("list", 6)]
    [TestCase("verify", 6)]
    [TestCase("bootstrap", 6)]
    [TestCase("check", 1)]
    public void Tables_without_a_ledger_are_not_an_empty_database(string command, int exitCode)
    {
        StartBootstrapped();
        Database.Execute("DROP TABLE schema_meta");
        var result = Migrator(command);
        Assert.That(result.ExitCode, Is.EqualTo(exitCode), result.Errors);
        Assert.That(result.Output + result.Errors, Does.Contain("schema_meta is missing, but 34 tables with Kong's names exist"));
    }

    private void Upgrade(Action start)
    {
        start();
        Upgrade(Database, "list");
    }

    /// <summary>Upgrades from version to version with up and finish, and verifies after each command.</summary>
    private static void Upgrade(TestDatabase database, string first)
    {
        using var conf = KongConf.For(database);
        Assert.That(MigratorProcess.Run($"{first} -c {conf.Path}").ExitCode, Is.AnyOf(0, 3, 4, 5));
        foreach (var version in GatewayVersion.Known.Skip(1).Select(v => v.Name))
        {
            foreach (var command in new[] { "up", "finish" })
            {
                var run = MigratorProcess.Run($"{command} --gateway-version {version} -c {conf.Path}");
                Assert.That(run.ExitCode, Is.Zero, run.Errors);
                var result = MigratorProcess.Run($"verify -c {conf.Path}");
                Assert.That(result.ExitCode, Is.Zero, $"after {command} to {version}: {result.Output}{result.Errors}");
            }
        }
    }
}
