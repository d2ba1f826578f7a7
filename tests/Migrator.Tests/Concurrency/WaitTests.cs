using System.Globalization;
using Migrator.Tests.Commands;
using TestSupport;

namespace Migrator.Tests.Concurrency;

internal sealed class WaitTests : CommandTest
{
    [Test]
    public void It_waits_for_a_server_that_is_down_and_says_so_once()
    {
        using var server = PostgresServer.Start();
        server.Stop("fast");
        using var conf = Conf(server);
        using var process = MigratorProcess.Start($"list --wait 30 -c {conf.Path}");
        var first = process.StandardError.ReadLine();
        server.StartUp();
        var errors = first + "\n" + process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.Multiple(() =>
        {
            Assert.That(process.ExitCode, Is.EqualTo(3), "the database is empty");
            Assert.That(errors.TrimEnd().Split('\n'), Has.Length.EqualTo(1), errors);
            Assert.That(errors, Does.Contain("waiting up to 30 s for the database").And.Contain("refused the connection"));
        });
    }

    [Test]
    public void Check_waits_too_and_then_says_what_is_missing()
    {
        using var server = PostgresServer.Start();
        server.Stop("fast");
        using var conf = Conf(server);
        using var process = MigratorProcess.Start($"check --wait 60 -c {conf.Path}");
        var first = process.StandardError.ReadLine();
        server.StartUp();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Multiple(() =>
        {
            Assert.That(process.ExitCode, Is.Zero, output);
            Assert.That(first, Does.Contain("waiting up to 60 s for the database").And.Contain("refused the connection"));
            Assert.That(output, Does.Contain("[ ok ] rw login").Or.Contain("rw login"));
        });
        server.Stop("fast");
        Assert.That(MigratorProcess.Run($"check --wait 1 -c {conf.Path}").Output, Does.Contain("[FAIL] rw TCP"));
    }

    [Test]
    public void It_waits_for_a_free_connection()
    {
        using var server = PostgresServer.Start(["max_connections = 5", "superuser_reserved_connections = 1"]);
        using (var admin = server.Connect("postgres"))
        {
            using var create = new Npgsql.NpgsqlCommand("CREATE ROLE app LOGIN", admin);
            create.ExecuteNonQuery();
        }

        var held = Enumerable.Range(0, 4).Select(_ => new Npgsql.NpgsqlConnection(server.ConnectionString("postgres", "app"))).ToList();
        held.ForEach(c => c.Open());
        using var conf = Conf(server, ("pg_user", "app"));
        using var process = MigratorProcess.Start($"list --wait 30 -c {conf.Path}");
        Assert.That(process.StandardError.ReadLine(), Does.Contain("no connection left"));
        held.ForEach(c => c.Dispose());
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.EqualTo(3));
    }

    [Test]
    public void It_waits_for_a_server_that_is_starting_up()
    {
        using var server = PostgresServer.Start();
        server.Stop("fast");
        server.StartAsStandby(takesConnections: false);
        using var conf = Conf(server);
        using var process = MigratorProcess.Start($"bootstrap --wait 30 -c {conf.Path}");
        Assert.That(process.StandardError.ReadLine(), Does.Contain("does not accept connections yet"));
        server.Promote();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, process.StandardError.ReadToEnd());
    }

    [Test]
    public void During_a_failover_it_waits_for_the_new_primary()
    {
        using var server = PostgresServer.Start();
        server.Stop("fast");
        server.StartAsStandby(takesConnections: true);
        using var conf = Conf(server);
        using var process = MigratorProcess.Start($"bootstrap --wait 30 -c {conf.Path}");
        string? line;
        while ((line = process.StandardError.ReadLine()) is not null && !line.Contains("standby", StringComparison.Ordinal))
        {
        }

        server.Promote();
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.Multiple(() =>
        {
            Assert.That(line, Does.Contain("waiting").IgnoreCase);
            Assert.That(process.ExitCode, Is.Zero, errors);
        });
    }

    [Test]
    public void Without_wait_there_is_one_attempt()
    {
        using var conf = new KongConf(("pg_host", "127.0.0.1"), ("pg_port", "1"));
        var result = MigratorProcess.Run($"list -c {conf.Path}");
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(8));
            Assert.That(result.Errors, Does.Not.Contain("waiting"));
        });
    }

    [Test]
    public void When_the_time_is_over_the_last_reason_is_the_error()
    {
        using var conf = new KongConf(("pg_host", "no-such-host.invalid"));
        var result = MigratorProcess
            .Run($"list -c {conf.Path}", new Dictionary<string, string>(StringComparer.Ordinal) { ["MIGRATOR_WAIT"] = "1" });
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(8));
            Assert.That(result.Errors,
                Does.Contain("waiting up to 1 s").And.Contain("error: The host name 'no-such-host.invalid' cannot be resolved"));
        });
    }

    [TestCase("pg_database", "no_such_database", "has no database")]
    [TestCase("pg_user", "no_such_user", "no_such_user")]
    public void A_permanent_error_is_not_retried(string key, string value, string error)
    {
        var result = Migrator("list --wait 60", (key, value));
        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(9));
            Assert.That(result.Errors, Does.Contain(error).And.Not.Contain("waiting"));
        });
    }

    private static KongConf Conf(PostgresServer server, params (string Key, string Value)[] more) => new(
        [("pg_host", "127.0.0.1"), ("pg_port", server.Port.ToString(CultureInfo.InvariantCulture)), ("pg_user", "kong"),
            ("pg_database", "postgres"), .. more]);
}
