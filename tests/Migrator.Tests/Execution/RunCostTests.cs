using Migrator.Tests.Commands;
using TestSupport;

namespace Migrator.Tests.Execution;

/// <summary>The number of connections and round trips of a run, which determine its duration on a slow network.</summary>
internal sealed class RunCostTests : CommandTest
{
    [Test]
    public void A_bootstrap_costs_one_connection_and_two_round_trips() => Assert.That(Cost("bootstrap"), Is.EqualTo((1, 2)));

    [TestCase("bootstrap")]
    [TestCase("up")]
    [TestCase("finish")]
    [TestCase("migrate")]
    [TestCase("list")]
    public void A_run_with_nothing_to_do_costs_one_connection_and_one_round_trip(string command)
    {
        StartBootstrapped();
        Assert.That(Cost(command), Is.EqualTo((1, 1)));
    }

    [Test]
    public void An_upgrade_costs_one_round_trip_for_each_migration_and_one_more()
    {
        StartBootstrapped("2.8");
        Assert.That(Cost("up"), Is.EqualTo((1, 24 + 1)));
        Assert.That(Cost("finish"), Is.EqualTo((1, 9 + 1)));
    }

    private (int Connections, int RoundTrips) Cost(string command)
    {
        using var proxy = new FaultyProxy(Database.Server.Port);
        var result = Migrator(command, ("pg_port", $"{proxy.Port}"));
        Assert.That(result.ExitCode, Is.Zero, result.Errors);
        return (proxy.Connections, proxy.RoundTrips);
    }
}
