using System.Text.Json.Nodes;
using Migrations.Dsl;
using Migrator.Tests.Commands;
using TestSupport;

namespace Migrator.Tests.Planning;

/// <summary><c>plan</c>: what it says is what a run does.</summary>
internal sealed class PlanCommandTests : CommandTest
{
    private const string Rows =
        """
        SELECT string_agg(concat(t.relname, ' ', x.rows), E'\n' ORDER BY t.relname)
          FROM pg_class AS t, LATERAL (
            SELECT query_to_xml(format('SELECT to_jsonb(r) - ''updated_at'' FROM %s AS r ORDER BY 1', t.oid::regclass), false, true, '')
              ::text AS rows) AS x
         WHERE t.relnamespace = 'public'::regnamespace AND t.relkind = 'r' AND t.relname <> 'locks'
        """;

    private static IEnumerable<string> Older => GatewayVersion.Known.Where(v => v < GatewayVersion.Default).Select(v => v.Name);

    [TestCaseSource(nameof(Older))]
    public void A_script_that_psql_runs_gives_what_up_and_finish_give(string version)
    {
        StartOld(version);
        using var other = OldDatabase.Create(version);
        using var conf = KongConf.For(other);
        foreach (var command in new[] { "up", "finish" })
        {
            var script = MigratorProcess.Run($"plan {command} --sql -c {conf.Path}");
            Assert.That(script.ExitCode, Is.Zero, script.Errors);
            var psql = PsqlProcess.Run(other, script.Output);
            Assert.That(psql.ExitCode, Is.Zero, psql.Errors);
            Assert.That(Migrator(command).ExitCode, Is.Zero);

            Assert.That(Concurrency.Fingerprint.Of(other), Is.EqualTo(Concurrency.Fingerprint.Of(Database)), command);
            Assert.That(other.Query(Rows), Is.EqualTo(Database.Query(Rows)), command);
        }

        Assert.That(MigratorProcess.Run($"list -c {conf.Path}").ExitCode, Is.Zero);
    }

    [Test]
    public void A_script_for_an_empty_database_gives_what_bootstrap_gives()
    {
        var psql = PsqlProcess.Run(Database, Migrator("plan bootstrap --sql").Output);
        Assert.That(psql.ExitCode, Is.Zero, psql.Errors);
        using var other = PostgresServer.Shared.CreateDatabase();
        using var conf = KongConf.For(other);
        MigratorProcess.Run($"bootstrap -c {conf.Path}");
        Assert.That(Concurrency.Fingerprint.Of(Database), Is.EqualTo(Concurrency.Fingerprint.Of(other)));
    }

    [Test]
    public void A_script_refuses_a_database_that_has_moved_on()
    {
        StartOld();
        var script = Migrator("plan up --sql").Output;
        Migrator("up");
        var before = Concurrency.Fingerprint.Of(Database);
        var psql = PsqlProcess.Run(Database, script);
        Assert.That(psql.ExitCode, Is.EqualTo(3));
        Assert.That(psql.Errors, Does.Contain("the ledger has changed"));
        Assert.That(Concurrency.Fingerprint.WithoutLocks(Database), Is.EqualTo(string.Join('\n', before.Split('\n').Where(NoLock))));
    }

    [TestCase("session_replication_role", "replica", "origin")]
    [TestCase("default_transaction_read_only", "on", "off")]
    public void A_script_refuses_a_session_that_a_run_would_refuse(string setting, string refused, string taken)
    {
        StartOld();
        var script = Migrator("plan up --sql").Output;
        Database.Execute($"ALTER DATABASE {Database.Name} SET {setting} = {refused}");
        var before = Concurrency.Fingerprint.Of(Database);
        var psql = PsqlProcess.Run(Database, script);
        Assert.That((psql.ExitCode, psql.Errors), Is.EqualTo((3, psql.Errors)));
        Assert.That(psql.Errors, Does.Contain($"{setting} is {refused} in this session").And.Contain($"\"-c {setting}={taken}\""));
        Assert.That(Concurrency.Fingerprint.Of(Database), Is.EqualTo(before));

        var named = script.Replace("SET standard_conforming_strings", $"SET {setting} = {taken};\nSET standard_conforming_strings",
            StringComparison.Ordinal);
        Assert.That(PsqlProcess.Run(Database, named).ExitCode, Is.Zero);
    }

    [TestCaseSource(nameof(Older))]
    public void The_locks_of_a_plan_are_those_that_a_run_takes(string version)
    {
        StartOld(version);
        var plan = JsonNode.Parse(Migrator("plan migrate --finish --json").Output)!["transactions"]!.AsArray();
        var script = Migrator("plan migrate --finish --sql").Output;
        Database.Execute("CREATE SCHEMA test; CREATE TABLE test.held (step serial, locks text); CREATE TABLE test.known (name text);"
            + "INSERT INTO test.known SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'");

        // Before each COMMIT: the strongest lock on each table that was there before the transaction, of those that make others wait.
        const string Note =
            """
            INSERT INTO test.held (locks) SELECT coalesce(string_agg(lock, ', ' ORDER BY lock), '') FROM (
              SELECT c.relname || ' ' || (ARRAY['SHARE', 'SHARE ROW EXCLUSIVE', 'ACCESS EXCLUSIVE'])[max(m.strength)] AS lock
                FROM pg_locks AS l JOIN pg_class AS c ON c.oid = l.relation AND c.relkind = 'r'
                JOIN test.known AS k ON k.name = c.relname
                JOIN (VALUES ('ShareLock', 1), ('ShareRowExclusiveLock', 2), ('AccessExclusiveLock', 3)) AS m (mode, strength)
                  ON m.mode = l.mode
               WHERE l.pid = pg_backend_pid() AND c.relnamespace = 'public'::regnamespace GROUP BY c.relname
              UNION ALL SELECT name || ' ACCESS EXCLUSIVE' FROM test.known WHERE to_regclass('public.' || name) IS NULL) AS held;
            DELETE FROM test.known;
            INSERT INTO test.known SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r';
            COMMIT;
            """;
        var psql = PsqlProcess.Run(Database, script.Replace("COMMIT;\n", Note + "\n", StringComparison.Ordinal));
        Assert.That(psql.ExitCode, Is.Zero, psql.Errors);

        // The first transaction puts our row into locks.
        var taken = Database.Query("SELECT locks FROM test.held ORDER BY step").Skip(1).ToList();
        Assert.That(plan.Select(Locks), Is.EqualTo(taken));
    }

    [Test]
    public void Rows_are_estimated_or_counted_and_the_rows_that_a_warning_names_are_listed()
    {
        StartOld();
        Database.Execute("UPDATE routes SET paths = ARRAY[NULL] WHERE name = 'r7'; ANALYZE routes");
        Assert.That(Migrator("plan up").Output, Does.Contain("rewrites rows of routes, which has about 200 rows"));
        var counted = Migrator("plan up --count").Output;
        Assert.That(counted, Does.Contain("rewrites rows of routes, which has 200 rows").And.Contain("would warn: routes ")
            .And.Contain("(r7): a path is NULL; paths was left as it is"));
        Assert.That(Database.Query("SELECT count(*) FROM routes WHERE paths[1] LIKE '~%'")[0], Is.EqualTo("0"));
    }

    [Test]
    public void The_time_of_each_rewrite_is_predicted_by_a_trial_with_some_of_the_rows_that_leaves_nothing()
    {
        StartOld();
        Database.Execute(
            """
            INSERT INTO routes (id, paths, protocols)
              SELECT md5('trial' || n)::uuid, ARRAY['/a' || n, '/(b|c)+/' || n], '{http}' FROM generate_series(1, 30000) AS n
            """);
        var before = Concurrency.Fingerprint.Of(Database);
        var text = Migrator("plan up --count").Output;
        var steps = JsonNode.Parse(Migrator("plan up --count --json").Output)!["transactions"]!.AsArray().Select(t => t![0]!).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(text, Does.Match(@"rewrites rows of routes, which has 30,200 rows\n +takes at most about \d+\.\d s, by a trial"));
            Assert.That(steps.Where(s => s["predicted_ms"] is not null).Select(s => $"{s["subsystem"]}/{s["migration"]}"),
                Is.EqualTo(new[] { "core/016_280_to_300" }), "plugins has no rows");
            Assert.That((double)steps[0]["predicted_ms"]!, Is.Positive);
            Assert.That(Concurrency.Fingerprint.Of(Database), Is.EqualTo(before));
            Assert.That(Database.Query("SELECT count(*) FROM routes WHERE paths[2] LIKE '~%'").Single(), Is.EqualTo("0"));
            Assert.That(Migrator("plan up --json").Output, Does.Not.Contain("predicted_ms"), "it reads only what PostgreSQL knows");
        });
    }

    [Test]
    public void Without_the_right_to_temporary_tables_the_plan_says_that_nothing_was_predicted()
    {
        StartOld();
        Database.Execute(
            $"""
            CREATE ROLE plan_reader LOGIN;
            GRANT SELECT ON ALL TABLES IN SCHEMA public TO plan_reader;
            REVOKE TEMPORARY ON DATABASE {Database.Name} FROM PUBLIC
            """);
        var result = Migrator("plan up --count", ("pg_user", "plan_reader"));
        Database.Execute("DROP OWNED BY plan_reader; DROP ROLE plan_reader");
        Assert.That(result.ExitCode, Is.Zero);
        Assert.That(result.Output, Does.Contain("which has 200 rows").And.Not.Contain("by a trial"));
        Assert.That(result.Errors, Does.Contain(
            "how long the rewrites take was not predicted: permission denied to create temporary tables"));
    }

    [TestCase("plan", 3, "")]
    [TestCase("plan", 5, "2.8")]
    [TestCase("plan finish", 4, "2.8 up")]
    [TestCase("plan", 0, "3.9")]
    public void With_exit_code_it_ends_as_list_does(string command, int exitCode, string state)
    {
        if (state.Length > 0)
        {
            StartBootstrapped(state.Split(' ')[0]);
        }

        if (state.EndsWith("up", StringComparison.Ordinal))
        {
            Migrator("up");
        }

        Assert.That(Migrator($"{command} --exit-code").ExitCode, Is.EqualTo(exitCode));
        Assert.That(Migrator(command).ExitCode, Is.Zero);
    }

    private static bool NoLock(string line) => !line.StartsWith("lock ", StringComparison.Ordinal);

    private static string Locks(JsonNode? transaction) => string.Join(", ", transaction!.AsArray()
        .SelectMany(step => step!["locks"]!.AsArray()).Where(l => (bool)l!["writes_wait"]!)
        .Select(l => $"{l!["table"]} {l["mode"]}").Order(StringComparer.Ordinal));
}
