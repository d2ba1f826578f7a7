using System.Diagnostics;
using System.Text.Json;
using Migrator.Tests.Commands;
using Npgsql;
using TestSupport;

namespace Migrator.Tests.Rollout;

/// <summary>Tests of <c>wait</c>, <c>nodes</c> and <c>finish --when-drained</c>, with sessions that look like those of a gateway.</summary>
internal sealed class RolloutCommandTests : CommandTest
{
    private const string OldDataPlane =
        "INSERT INTO clustering_data_planes (id, hostname, ip, config_hash, version, last_seen, ttl) "
            + "VALUES (gen_random_uuid(), 'dp-1', '10.0.0.9', 'x', '3.4.2', now(), now() + interval '1 day')";

    private readonly string folder = Directory.CreateTempSubdirectory("rollout-").FullName;

    [TearDown]
    public void CleanUp() => Directory.Delete(folder, recursive: true);

    [TestCase("bootstrap", 3, "bootstrap")]
    [TestCase("up", 3, "bootstrap")]
    public void Wait_gives_up_with_the_exit_code_of_list(string needed, int exitCode, string command)
    {
        var result = Migrator($"wait --for {needed} --timeout 1");
        Assert.That(result.ExitCode, Is.EqualTo(exitCode));
        Assert.That(result.Errors, Does.Contain("was not ready after 1 s").And.Contain($"Run: migrator {command} -c"));
    }

    [Test]
    public void A_user_who_may_not_read_the_data_planes_is_told_the_GRANT_that_helps()
    {
        StartBootstrapped("3.4");
        var user = $"{Database.Name}_reader";
        Database.Execute($"CREATE ROLE {user} LOGIN; GRANT USAGE ON SCHEMA public TO {user}; GRANT SELECT ON schema_meta, locks TO {user}");
        var nodes = Migrator("nodes --watch 0", ("pg_user", user));
        Assert.That(nodes.ExitCode, Is.EqualTo(9), nodes.Errors);
        var grant = $"GRANT SELECT ON ALL TABLES IN SCHEMA \"public\" TO \"{user}\";";
        Assert.That(nodes.Errors, Does.Contain(grant));
        Database.Execute(grant);
        Assert.That(Migrator("nodes --watch 0", ("pg_user", user)).ExitCode, Is.Zero);
    }

    [Test]
    public void Wait_ends_when_another_run_has_migrated()
    {
        using var conf = KongConf.For(Database);
        using var waiting = MigratorProcess.Start($"wait -c {conf.Path} --timeout 60 --log-format json");
        var first = waiting.StandardError.ReadLine();
        Assert.That(Migrator("bootstrap").ExitCode, Is.Zero);
        Assert.That(waiting.WaitForExit(60_000));
        Assert.That((waiting.ExitCode, first), Is.EqualTo((0, first)));
        Assert.That(first, Does.Contain("waiting_for_migrations"));
        Assert.That(waiting.StandardOutput.ReadToEnd(), Does.Contain("\"state\":\"up_to_date\""));
    }

    [Test]
    public void Wait_for_up_accepts_pending_migrations_and_wait_for_finish_does_not()
    {
        StartOld();
        Assert.That(Migrator("wait --timeout 0").ExitCode, Is.EqualTo(5));
        Assert.That(Migrator("wait --for bootstrap --timeout 0").ExitCode, Is.Zero);
        Migrator("up");
        Assert.That(Migrator("wait --timeout 0").ExitCode, Is.Zero);
        Assert.That(Migrator("wait --for finish --timeout 0").ExitCode, Is.EqualTo(4));
    }

    [Test]
    public void Wait_waits_for_a_server_and_a_database_that_do_not_exist_yet()
    {
        Assert.That(Migrator("wait --timeout 1", ("pg_port", "1")).ExitCode, Is.EqualTo(8));
        var name = Database.Name + "_later";
        using var conf = KongConf.For(Database, ("pg_database", name));
        using var waiting = MigratorProcess.Start($"wait -c {conf.Path} --timeout 60");
        Assert.That(waiting.StandardError.ReadLine(), Does.Contain("waiting up to 60 s"));
        var postgres = new TestDatabase(Database.Server, "postgres");
        Migrator("bootstrap");
        postgres.Execute($"CREATE DATABASE \"{name}\" TEMPLATE \"{Database.Name}\"");
        Assert.That(waiting.WaitForExit(60_000));
        Assert.That(waiting.ExitCode, Is.Zero);
        new TestDatabase(Database.Server, name).Dispose();
    }

    [Test]
    public void Nodes_shows_sessions_of_gateways_and_data_planes()
    {
        StartBootstrapped();
        Assert.That(Rollout("nodes").Output, Is.EqualTo("No gateway was seen in 1.2 s.\n"));
        Assert.That(Rollout("nodes --watch 0").Output, Does.StartWith("No gateway was seen in one look."));
        Database.Execute(OldDataPlane);
        using var gateway = ConnectGateway();
        var text = Rollout("nodes").Output;
        using var json = JsonDocument.Parse(Rollout("nodes --json --watch 0").Output);
        Assert.Multiple(() =>
        {
            Assert.That(text, Does.Match(@"127\.0\.0\.1 +kong +kong +1 +\d{4}-").And.Match(@"dp-1 .*3\.4\.2 .*older than 3\.9"));
            Assert.That(json.RootElement.GetProperty("sessions")[0].GetProperty("address").GetString(), Is.EqualTo("127.0.0.1"));
            Assert.That(json.RootElement.GetProperty("data_planes")[0].GetProperty("is_older").GetBoolean());
            Assert.That(json.RootElement.GetProperty("hidden_addresses").GetInt32(), Is.Zero);
        });
    }

    [Test]
    public void Nodes_is_not_misled_by_what_is_planted_under_the_name_of_the_table()
    {
        Database.Execute("CREATE FUNCTION boom() RETURNS text LANGUAGE plpgsql AS 'BEGIN RAISE ''boom''; END'; "
            + "CREATE VIEW clustering_data_planes AS SELECT boom() AS hostname");
        var result = Rollout("nodes --watch 0");
        Assert.That(result.ExitCode, Is.Zero);
        Assert.That(result.Output, Does.Contain("The data planes were not examined: of the table clustering_data_planes, it is a view"));
    }

    [Test]
    public void Finish_waits_until_an_old_gateway_has_left_and_continues_by_itself()
    {
        StartOld();
        Migrator("up");
        using var conf = KongConf.For(Database, Often);
        Process finishing;
        using (ConnectGateway())
        {
            finishing = MigratorProcess.Start($"finish -c {conf.Path} --when-drained 2s");
            Assert.That(finishing.StandardError.ReadLine(),
                Does.Contain("waiting for 1 gateway of the previous version to leave: 127.0.0.1 (user kong, 1 session)"));
            Assert.That(Migrator("list").ExitCode, Is.EqualTo(4));
        }

        using (finishing)
        {
            Assert.That(finishing.WaitForExit(60_000));
            Assert.That(finishing.ExitCode, Is.Zero);
        }

        Assert.That(Migrator("list").ExitCode, Is.Zero);
    }

    [Test]
    public void Finish_gives_up_after_the_drain_timeout_and_changes_nothing()
    {
        StartOld();
        Migrator("up");
        Database.Execute(OldDataPlane);
        var ledger = Ledger();
        using var gateway = ConnectGateway();
        Assert.That(
            Rollout("finish --when-drained 2s --drain-timeout 3s").Errors, Does.Contain("--drain-timeout 3 s is shorter than the 36 s"));
        Database.Execute("DELETE FROM clustering_data_planes");
        var result = Rollout("finish --when-drained 2s --drain-timeout 3s");
        Assert.That(result.ExitCode, Is.EqualTo(4));
        Assert.That(result.Errors,
            Does.Contain("still there after 3 s: 127.0.0.1 (user kong, 1 session), seen").And.Contain("--old-nodes"));
        Assert.That(Ledger(), Is.EqualTo(ledger));
    }

    [Test]
    public void With_the_nodes_of_before_the_rollout_the_sessions_of_new_gateways_do_not_count()
    {
        StartOld();
        var file = Path.Combine(folder, "old.json");
        using (ConnectGateway())
        {
            File.WriteAllText(file, $"warning: of the log\n{Rollout("nodes --json --watch 0").Output}warning: more\n");
        }

        // What the file names is 127.0.0.1; the new gateway is behind a pooler that gives its address.
        Migrator("up");
        using var gateway = ConnectGateway("kong - 10.9.8.7:41234");
        Assert.That(Rollout($"finish --when-drained 2s --old-nodes {file}").ExitCode, Is.Zero);
    }

    [Test]
    public void With_the_name_of_the_new_gateways_their_sessions_do_not_count()
    {
        StartOld();
        Migrator("up");
        using var gateway = ConnectGateway();
        Assert.That(Rollout("finish --when-drained 2s --new-nodes localhost").ExitCode, Is.Zero);
    }

    [Test]
    public void Finish_that_gives_up_says_which_addresses_are_new()
    {
        StartOld();
        Migrator("up");
        using var gateway = ConnectGateway();
        var result = Rollout("finish --when-drained 2s --drain-timeout 3s --new-nodes 10.9.8.7");
        Assert.That(result.ExitCode, Is.EqualTo(4));
        Assert.That(result.Errors, Does.Contain("127.0.0.1 (user kong, 1 session)").And.Contain("those of 10.9.8.7: 10.9.8.7."));
    }

    [Test]
    public void A_name_of_new_gateways_that_cannot_be_resolved_is_worth_a_retry()
    {
        StartOld();
        Migrator("up");
        var result = Rollout("finish --when-drained 2s --new-nodes nobody.invalid");
        Assert.That(result.ExitCode, Is.EqualTo(8));
        Assert.That(result.Errors, Does.Contain("--new-nodes: the host name 'nobody.invalid' cannot be resolved"));
    }

    [TestCase("""{"sessions": []}""", "has no gateway")]
    [TestCase("""{"sessions": [{"address": "127.0.0.1/32"}]}""", "has '127.0.0.1/32', which is not the address")]
    [TestCase("""{"sessions": [{"address": "localhost"}]}""", "has 'localhost', which is not the address")]
    [TestCase("""{"sessions": [{"address": ""}]}""", "has '', which is not the address")]
    [TestCase("{}", "is not the JSON")]
    [TestCase("nonsense", "is not the JSON")]
    [TestCase("""{"sessions": [{"address": 5}]}""", "is not the JSON")]
    [TestCase("""{"sessions": [{"address": null}]}""", "has gateways without an address")]
    public void A_file_of_old_nodes_that_is_none_is_refused(string content, string reason)
    {
        StartBootstrapped();
        var file = Path.Combine(folder, "old.json");
        File.WriteAllText(file, content);
        var result = Migrator($"finish --when-drained 1s --old-nodes {file}");
        Assert.That(result.ExitCode, Is.EqualTo(2));
        Assert.That(result.Errors, Does.Contain(reason));
    }

    [Test]
    public void A_time_that_is_too_short_is_raised_and_said()
    {
        StartOld();
        Migrator("up");
        var result = Rollout("finish --when-drained 0s");
        Assert.That(result.ExitCode, Is.Zero, result.Errors);
        Assert.That(
            result.Errors,
            Does.Contain("no old gateway may be seen for 1.2 s, not 0 s: an idle gateway asks the database every 0.1 s")
                .And.Contain("no gateway of the previous version was seen for 1.2 s"));
    }

    [Test]
    public void A_drain_timeout_that_is_shorter_than_the_drain_ends_at_once()
    {
        StartOld();
        Migrator("up");
        Assert.That(Migrator("finish --when-drained 60s --drain-timeout 10s").ExitCode, Is.EqualTo(2));
        var result = Migrator("finish --when-drained 5s --drain-timeout 10s");
        Assert.That(result.ExitCode, Is.EqualTo(4));
        Assert.That(result.Errors, Does.Contain("--drain-timeout 10 s is shorter than the 11 s").And.Contain("db_update_frequency"));
    }

    [Test]
    public void With_nothing_pending_it_waits_for_the_drain_all_the_same()
    {
        StartBootstrapped();
        using (ConnectGateway())
        {
            Assert.That(Rollout("finish --when-drained 2s --drain-timeout 3s").ExitCode, Is.EqualTo(4));
        }

        var result = Rollout("finish --when-drained 2s");
        Assert.That((result.ExitCode, result.Output), Is.EqualTo((0, result.Output)));
        Assert.That(result.Errors, Does.Contain("no gateway of the previous version was seen for 2 s"));
    }

    [Test]
    public void No_finish_phase_runs_beside_an_old_gateway_even_if_up_is_still_at_work()
    {
        StartOld();
        using var conf = KongConf.For(Database, Often);
        using var gateway = ConnectGateway();
        using var holder = Database.Connect();
        using var transaction = holder.BeginTransaction();
        using (var holds = new NpgsqlCommand("LOCK TABLE plugins IN SHARE MODE", holder, transaction))
        {
            holds.ExecuteNonQuery();
        }

        using var up = MigratorProcess.Start($"up -c {conf.Path} --ddl-lock-timeout 0 --lock-timeout 100");
        Assert.That(() => Database.Query("SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'plugins'::regclass"),
            Has.Count.EqualTo(1).After(60_000, 50));
        using var finish = MigratorProcess.Start($"finish -c {conf.Path} --when-drained 2s --drain-timeout 4s --lock-timeout 100");
        Assert.That(finish.StandardError.ReadLine(), Does.Contain("waiting for"));
        transaction.Rollback();
        up.WaitForExit();
        finish.WaitForExit();
        Assert.That((up.ExitCode, finish.ExitCode), Is.EqualTo((0, 4)));
        Assert.That(Migrator("list").ExitCode, Is.EqualTo(4), "all pending");
    }

    [Test]
    public void Finish_waits_for_sessions_that_last_for_milliseconds()
    {
        StartOld();
        Migrator("up");
        using var conf = KongConf.For(Database, Often);
        using var finish = MigratorProcess.Start($"finish -c {conf.Path} --when-drained 4s --drain-timeout 12s");
        while (!finish.HasExited)
        {
            // Each is there for about 40 ms.
            using var gateway = ConnectGateway();
            finish.WaitForExit(40);
            gateway.Close();
            finish.WaitForExit(900);
        }

        Assert.That(finish.ExitCode, Is.EqualTo(4), finish.StandardError.ReadToEnd());
    }

    [Test]
    public void A_gateway_that_is_connected_to_the_replica_only_is_waited_for()
    {
        StartOld();
        Migrator("up");
        using var replica = PostgresServer.Start();
        replica.Execute("postgres", $"CREATE DATABASE \"{Database.Name}\" OWNER kong");
        (string, string)[] settings = [Often, ("pg_ro_host", "127.0.0.1"), ("pg_ro_port", $"{replica.Port}")];
        using (ConnectGateway(server: replica))
        {
            var result = Migrator("finish --when-drained 2s --drain-timeout 3s", settings);
            Assert.That(result.ExitCode, Is.EqualTo(4), result.Errors);
            Assert.That(Migrator("nodes --watch 0", settings).Output, Does.Contain("127.0.0.1  kong  kong"));
        }

        Assert.That(Migrator("finish --when-drained 2s", settings).ExitCode, Is.Zero);
        replica.Stop();
        var unreachable = Migrator("nodes --watch 0", settings);
        Assert.That(unreachable.ExitCode, Is.EqualTo(8));
        Assert.That(unreachable.Errors, Does.Contain("The replica of pg_ro_host cannot be asked").And.Contain("leave pg_ro_host out"));
    }

    [Test]
    public void An_old_data_plane_is_found_among_thousands_of_new_ones_and_odd_times_are_no_error()
    {
        StartBootstrapped();
        Database.Execute("INSERT INTO clustering_data_planes (id, hostname, ip, config_hash, version, last_seen, ttl) "
            + "SELECT gen_random_uuid(), 'new', '10.0.0.9', 'x', '3.9.1', now() + n * interval '1 s', 'infinity' "
            + "FROM generate_series(1, 3000) AS n");
        Database.Execute("INSERT INTO clustering_data_planes (id, hostname, ip, config_hash, version, last_seen, ttl) "
            + "SELECT gen_random_uuid(), 'odd', '10.0.0.8', 'x', '3.4.' || n, t::timestamptz, 'infinity' FROM unnest("
            + "ARRAY['infinity', '-infinity', NULL, '4713-01-01 BC', '294276-12-31']) WITH ORDINALITY AS odd (t, n)");
        Database.Execute(OldDataPlane);
        using var json = JsonDocument.Parse(Rollout("nodes --json --watch 0").Output);
        var rows = json.RootElement.GetProperty("data_planes").EnumerateArray().ToList();
        Assert.Multiple(() =>
        {
            Assert.That(rows, Has.Count.EqualTo(1000));
            Assert.That(rows.Count(r => r.GetProperty("is_older").GetBoolean()), Is.EqualTo(6));
            Assert.That(json.RootElement.GetProperty("data_planes_total").GetInt32(), Is.EqualTo(3006));
            Assert.That(json.RootElement.GetProperty("notes")[0].GetString(), Does.StartWith("2006 more data planes are not shown"));
        });
    }

    [TestCase(1)]
    [TestCase(3)]
    public void Behind_a_pooler_that_lends_sessions_finish_does_not_take_a_gateway_for_gone(int poolSize)
    {
        using var pooler = StartPooler(poolSize, "transaction");
        StartOld();
        Migrator("up");
        var ledger = Ledger();
        using var gateway = ConnectGateway(port: pooler.Port);
        using (var poll = new NpgsqlCommand("SELECT 1 FROM cluster_events LIMIT 1", gateway))
        {
            poll.ExecuteNonQuery();
        }

        var result = Rollout("finish --when-drained 2s", ("pg_port", $"{pooler.Port}"));
        var nodes = Rollout("nodes --watch 1", ("pg_port", $"{pooler.Port}"));
        var json = Rollout("nodes --watch 1 --json", ("pg_port", $"{pooler.Port}"));
        using var answer = JsonDocument.Parse(json.Output);
        var file = Path.Combine(folder, "old.json");
        File.WriteAllText(file, json.Output);
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(4), result.Errors);
            Assert.That(result.Errors, Does.Contain("It cannot be known whether gateways of the previous version are left.")
                .And.Contain($"KONG_PG_HOST=127.0.0.1 KONG_PG_PORT={Database.Server.Port}"));
            Assert.That(Ledger(), Is.EqualTo(ledger));
            Assert.That(nodes.Output, Does.Contain("gateways behind it may be hidden"));
            Assert.That(answer.RootElement.GetProperty("behind_pooler").GetBoolean());
            Assert.That(answer.RootElement.GetProperty("notes")[0].GetString(), Does.Contain("gateways behind it may be hidden"));
            Assert.That(json.Errors, Does.Contain("'finish --old-nodes' cannot use this answer: a pooler at"));
            Assert.That(Rollout($"finish --when-drained 2s --old-nodes {file}").Errors, Does.Contain("may lack gateways"));
        });
    }

    [Test]
    public void A_pooler_that_gives_each_client_a_session_of_its_own_hides_none()
    {
        using var pooler = StartPooler(5, "session");
        StartOld();
        Migrator("up");
        using (ConnectGateway(port: pooler.Port))
        {
            Assert.That(Rollout("nodes --watch 0 --json", ("pg_port", $"{pooler.Port}")).Output,
                Does.Contain("\"behind_pooler\": false").And.Contain("\"application\": \"kong\""));
        }

        // Of the gateway that has left, the pooler keeps the session.
        Database.Query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'kong' "
            + "AND datname = current_database()");
        var result = Rollout("finish --when-drained 2s", ("pg_port", $"{pooler.Port}"));
        Assert.That(result.ExitCode, Is.Zero, result.Errors);
    }

    // A pooler that has no session for the second client lets it wait, or refuses it after a time.
    [TestCase("query_wait_timeout = 120")]
    [TestCase("query_wait_timeout = 1")]
    public void A_pool_of_one_session_that_its_client_keeps_is_enough(string wait)
    {
        using var pooler = StartPooler(1, "session", wait);
        StartOld();
        Migrator("up");
        using var gateway = ConnectGateway();
        var nodes = Rollout("nodes --watch 0 --json", ("pg_port", $"{pooler.Port}"));
        gateway.Dispose();
        var finish = Rollout("finish --when-drained 2s", ("pg_port", $"{pooler.Port}"));
        Assert.Multiple(() =>
        {
            Assert.That(nodes.ExitCode, Is.Zero, nodes.Errors);
            Assert.That(nodes.Output, Does.Contain("\"behind_pooler\": false").And.Contain("\"application\": \"kong\""));
            Assert.That(finish.ExitCode, Is.Zero, finish.Errors);
        });
    }

    private static PoolerServer StartPooler(int poolSize, string mode, params string[] settings)
    {
        if (PoolerServer.Program is null)
        {
            Assert.Ignore("PgBouncer is not installed (Debian: apt-get install pgbouncer)");
        }

        return PoolerServer.Start(PostgresServer.Shared, poolSize, "*", [$"pool_mode = {mode}", .. settings]);
    }

    [Test]
    public void Nodes_says_when_addresses_are_hidden_and_what_shows_them()
    {
        StartBootstrapped();
        Database.Execute("DO $$ BEGIN CREATE ROLE other_looker LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$; "
            + "GRANT USAGE ON SCHEMA public TO other_looker; GRANT SELECT ON clustering_data_planes TO other_looker");
        using var gateway = ConnectGateway();
        var nodes = Rollout("nodes --json --watch 0", ("pg_user", "other_looker"));
        Assert.That(nodes.Errors, Does.Contain("'finish --old-nodes' cannot use this answer: addresses are hidden from user 'other_looker'")
            .And.Contain("GRANT pg_read_all_stats TO \"other_looker\";"));
        using var json = JsonDocument.Parse(nodes.Output);
        Assert.That(json.RootElement.GetProperty("hidden_addresses").GetInt32(), Is.EqualTo(1));
        Assert.That(json.RootElement.GetProperty("notes")[0].GetString(), Does.EndWith("GRANT pg_read_all_stats TO \"other_looker\";"));
    }

    [Test]
    public void Nodes_says_before_the_rollout_that_an_answer_without_gateways_is_of_no_use_after_it()
    {
        StartBootstrapped();
        Assert.That(
            Rollout("nodes --json --watch 0").Errors, Does.Contain("'finish --old-nodes' cannot use this answer: no gateway was seen"));
        using var gateway = ConnectGateway();
        Assert.That(Rollout("nodes --json --watch 0").Errors, Does.Not.Contain("--old-nodes"));
    }

    [TestCase("nodes --watch 0")]
    [TestCase("finish --when-drained 2s")]
    public void Row_security_that_is_forced_on_the_owner_is_named(string command)
    {
        StartBootstrapped();
        var owner = $"{Database.Name}_owner";
        Database.Execute($"CREATE ROLE {owner} LOGIN; GRANT ALL ON ALL TABLES IN SCHEMA public TO {owner}; "
            + $"ALTER TABLE clustering_data_planes OWNER TO {owner}; CREATE POLICY p ON clustering_data_planes USING (true); "
            + "ALTER TABLE clustering_data_planes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY");
        var result = Rollout(command, ("pg_user", owner));
        const string Remedy = "ALTER TABLE public.clustering_data_planes NO FORCE ROW LEVEL SECURITY;";
        Assert.That(result.ExitCode, Is.EqualTo(9), result.Errors);
        Assert.That(result.Errors, Does.Contain("Row security is forced on table public.clustering_data_planes").And.Contain(Remedy)
            .And.Not.Contain("has no right to it"));
        Database.Execute(Remedy);
        Assert.That(Rollout("nodes --watch 0", ("pg_user", owner)).ExitCode, Is.Zero);
    }

    [Test]
    public void Wait_survives_the_loss_of_its_session_as_often_as_it_happens()
    {
        using var conf = KongConf.For(Database);
        using var waiting = MigratorProcess.Start($"wait -c {conf.Path} --timeout 120");
        Assert.That(waiting.StandardError.ReadLine(), Does.Contain("waiting for the migrations"));
        for (var time = 0; time < 8; time++)
        {
            Assert.That(
                () => Database.Query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'migrator' "
                    + "AND datname = current_database()"),
                Is.Not.Empty.After(60_000, 20));
        }

        Assert.That(Migrator("bootstrap").ExitCode, Is.Zero);
        Assert.That(waiting.WaitForExit(60_000));
        Assert.That(waiting.ExitCode, Is.Zero);
    }

    [Test]
    public void Finish_survives_restarts_of_the_server_while_it_waits()
    {
        using var server = PostgresServer.Start();
        using var database = server.CreateDatabase();
        OldDatabase.Fill(database);
        using var conf = KongConf.For(database, Often);
        Assert.That(MigratorProcess.Run($"up -c {conf.Path}").ExitCode, Is.Zero);
        using var finish = MigratorProcess.Start($"finish -c {conf.Path} --when-drained 5s --drain-timeout 5m");
        Assert.That(finish.StandardError.ReadLine(), Does.Contain("no gateway of the previous version is seen"));
        for (var time = 0; time < 2; time++)
        {
            server.Stop("fast");
            server.StartUp();
        }

        Assert.That(finish.WaitForExit(120_000));
        Assert.That(finish.ExitCode, Is.Zero, finish.StandardError.ReadToEnd());
    }

    private static readonly (string, string) Often = ("db_update_frequency", "0.1");

    /// <summary>Runs a command for gateways that ask the database so often that it takes little time to see them.</summary>
    private ProcessResult Rollout(string arguments, params (string Key, string Value)[] settings) =>
        Migrator(arguments, [Often, ("pg_timeout", "60000"), .. settings]);

    private NpgsqlConnection ConnectGateway(string application = "kong", PostgresServer? server = null, int? port = null)
    {
        var settings = new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = port ?? (server ?? Database.Server).Port,
            Username = "kong",
            Database = Database.Name,
            ApplicationName = application,
            Pooling = false,
        };
        var connection = new NpgsqlConnection(settings.ConnectionString);
        connection.Open();
        return connection;
    }
}
