using TestSupport;

namespace Migrator.Tests.Connecting;

internal sealed class StandbyTests
{
    [Test]
    public void On_a_standby_list_works_and_reset_is_refused()
    {
        using var server = PostgresServer.Start();
        using var conf = new KongConf(
            ("pg_host", "127.0.0.1"), ("pg_port", $"{server.Port}"), ("pg_user", "kong"), ("pg_database", "postgres"));
        Assert.That(MigratorProcess.Run($"bootstrap -c {conf.Path}").ExitCode, Is.Zero);
        server.Stop("fast");
        server.StartAsStandby(takesConnections: true);

        var list = MigratorProcess.Run($"list --wait 30 -c {conf.Path}");
        var reset = MigratorProcess.Run($"reset --yes -c {conf.Path}");
        Assert.Multiple(() => Assert.That(list.ExitCode, Is.Zero, list.Errors));
        ConnectionErrorTests.AssertRefused(8, reset, "The server is a standby (in recovery)", "primary");
    }
}
