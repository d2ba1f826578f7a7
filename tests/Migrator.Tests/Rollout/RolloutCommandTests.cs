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
        Assert.That(Migrator("nodes").Output, Is.EqualTo("No gateway is connected.\n"));
        Database.Execute(OldDataPlane);
        using var gateway = ConnectGateway();
        var text = Migrator("nodes").Output;
        using var json = JsonDocument.Parse(Migrator("nodes --json").Output);
        Assert.Multiple(() =>
        {
            Assert.That(text, Does.Match(@"127\.0\.0\.1 +kong +kong +1 +\d{4}-").And.Match(@"dp-1 .*3\.4\.2 .*older than 3\.9"));
            Assert.That(json.RootElement.GetProperty("sessions")[0].GetProperty("address").GetString(), Is.EqualTo("127.0.0.1"));
            Assert.That(json.RootElement.GetProperty("data_planes")[0].GetProperty("is_older").GetBoolean());
        });
    }

    [Test]
    public void Nodes_is_not_misled_by_what_is_planted_under_the_name_of_the_table()
    {
        Database.Execute("CREATE FUNCTION boom() RETURNS text LANGUAGE plpgsql AS 'BEGIN RAISE ''boom''; END'; "
            + "CREATE VIEW clustering_data_planes AS SELECT boom() AS hostname");
        var result = Migrator("nodes");
        Assert.That((result.ExitCode, result.Output), Is.EqualTo((0, "No gateway is connected.\n")));
    }

    [Test]
    public void Finish_waits_until_an_old_gateway_has_left_and_continues_by_itself()
    {
        StartOld();
        Migrator("up");
        using var conf = KongConf.For(Database);
        Process finishing;
        using (ConnectGateway())
        {
            finishing = MigratorProcess.Start($"finish -c {conf.Path} --when-drained 1s");
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
        var result = Migrator("finish --when-drained 60s --drain-timeout 1s");
        Assert.That(result.ExitCode, Is.EqualTo(4));
        Assert.That(result.Errors,
            Does.Contain("still there after 1 s: data plane dp-1 (10.0.0.9, version 3.4.2").And.Contain("--old-nodes"));
        Assert.That(Ledger(), Is.EqualTo(ledger));
    }

    [Test]
    public void With_the_nodes_of_before_the_rollout_the_sessions_of_new_gateways_do_not_count()
    {
        StartOld();
        var file = Path.Combine(folder, "old.json");
        File.WriteAllText(file, $"warning: of the log\n{Migrator("nodes --json").Output}warning: more\n");
        Migrator("up");
        using var gateway = ConnectGateway();
        Assert.That(Migrator($"finish --when-drained 1s --old-nodes {file}").ExitCode, Is.Zero);
    }

    [Test]
    public void With_the_name_of_the_new_gateways_their_sessions_do_not_count()
    {
        StartOld();
        Migrator("up");
        using var gateway = ConnectGateway();
        Assert.That(Migrator("finish --when-drained 1s --new-nodes localhost").ExitCode, Is.Zero);
    }

    [Test]
    public void Finish_that_gives_up_says_which_addresses_are_new()
    {
        StartOld();
        Migrator("up");
        using var gateway = ConnectGateway();
        var result = Migrator("finish --when-drained 1s --drain-timeout 1s --new-nodes 10.9.8.7");
        Assert.That(result.ExitCode, Is.EqualTo(4));
        Assert.That(result.Errors, Does.Contain("127.0.0.1 (user kong, 1 session)").And.Contain("those of 10.9.8.7: 10.9.8.7."));
    }

    [Test]
    public void A_name_of_new_gateways_that_cannot_be_resolved_is_worth_a_retry()
    {
        StartOld();
        Migrator("up");
        var result = Migrator("finish --when-drained 1s --new-nodes nobody.invalid");
        Assert.That(result.ExitCode, Is.EqualTo(8));
        Assert.That(result.Errors, Does.Contain("--new-nodes: the host name 'nobody.invalid' cannot be resolved"));
    }

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

    private NpgsqlConnection ConnectGateway()
    {
        var settings = new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = Database.Server.Port,
            Username = "kong",
            Database = Database.Name,
            ApplicationName = "kong",
            Pooling = false,
        };
        var connection = new NpgsqlConnection(settings.ConnectionString);
        connection.Open();
        return connection;
    }
}
